import { BackplaneError } from '../errors.ts';
import { currentScope } from './current-scope.ts';
import type { Registration } from './registration.ts';
import type { Space } from './space.ts';
import { current, enter, leave, take } from './stack.ts';

/**
 * The instance of a service as seen from a space: its cached one, or a new one.
 *
 * @throws SERVICE_OUTSIDE_SCOPE, SERVICE_CYCLE, SERVICE_LEAK, SERVICE_ENDED, SERVICE_NOTHING, or what the factory throws
 */
export function resolve(registration: Registration, from: Space): unknown {
  if (current() !== undefined) take(registration);
  if (registration.isSingle) {
    const { cached } = registration;
    return cached === undefined ? build(registration, registration.host.root) : cached.value;
  }
  if (registration.lifetime === 'transient') return build(registration, from.of(registration.host));

  const space = scopedSpace(registration, from);
  const cached = space.slots[registration.slot];
  if (cached !== undefined) return cached;
  const instance = build(registration, space);
  space.slots[registration.slot] = instance;
  return instance;
}

/** What awilix calls to make an instance. */
export function make(registration: Registration): unknown {
  const services = current()?.services ?? registration.host.root.services;
  const instance = registration.recipe.make(services);
  if (instance === undefined) {
    throw new BackplaneError('SERVICE_NOTHING', {
      owner: registration.host.owner,
      service: registration.name,
    });
  }
  return instance;
}

function build(registration: Registration, space: Space): unknown {
  const { name, recipe } = registration;
  const { owner } = space.host;
  if (space.ended) throw new BackplaneError('SERVICE_ENDED', { owner, service: name });
  enter({ registration, services: space.services });
  try {
    // awilix has nothing to keep of an instance that is not single, and every request would pay for its asking.
    const instance = registration.isSingle ? registration.resolve() : make(registration);
    if (recipe.dispose) space.disposal.add({ owner, service: name, instance, recipe });
    return instance;
  } finally {
    leave();
  }
}

function scopedSpace(registration: Registration, from: Space): Space {
  if (from.scope) return from.of(registration.host);
  const scope = currentScope();
  if (scope) return scope.spaceOf(registration.host);
  const { name, host } = registration;
  throw new BackplaneError('SERVICE_OUTSIDE_SCOPE', { owner: host.owner, service: name });
}
