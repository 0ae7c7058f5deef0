import type { Container, ServiceClass } from '../container/index.ts';
import { BackplaneError, didYouMean, isBackplaneError } from '../errors.ts';
import type { Kernel } from '../kernel.ts';

type Holder = Pick<Kernel, 'container' | 'extensions'>;

/**
 * The container that a service is registered in.
 * @throws SERVICE_UNKNOWN with the nearest name
 */
export function containerOf(service: string, kernel: Holder): Container {
  const containers = containersOf(kernel);
  const found = containers.find((container) => container.names().some(({ name }) => name === service));
  if (found) return found;
  const known = containers.flatMap((container) => container.names().map(({ name }) => name));
  throw new BackplaneError('SERVICE_UNKNOWN', {
    service,
    owner: 'the test',
    suggestion: didYouMean(service, known),
  });
}

/**
 * Replaces the service that is registered with a class, in the first extension that has one.
 * @throws SERVICE_CLASS_UNKNOWN
 */
export function overrideClass(
  target: ServiceClass<unknown>,
  replacement: unknown,
  kernel: Holder,
): Disposable {
  for (const container of containersOf(kernel)) {
    try {
      return container.override(target, replacement);
    } catch (error) {
      if (!isBackplaneError(error) || error.code !== 'SERVICE_CLASS_UNKNOWN') throw error;
    }
  }
  throw new BackplaneError('SERVICE_CLASS_UNKNOWN', { owner: 'the test', class: target.name });
}

function containersOf({ extensions, container }: Holder): readonly Container[] {
  return [...[...extensions.active.values()].map((generation) => generation.container), container];
}
