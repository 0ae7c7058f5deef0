import { BackplaneError, messageOf } from '../errors.ts';
import type { Recipe } from './recipe.ts';

interface Made {
  readonly owner: string;
  readonly service: string;
  readonly instance: unknown;
  readonly recipe: Recipe;
}

/**
 * What was made and must be released, in order of creation. awilix would run all disposers at once; here the last made
 * goes first, and the next waits for it, so that a service can still use what it was built on.
 */
export class DisposalLog {
  readonly #made: Made[] = [];

  get isEmpty(): boolean {
    return this.#made.length === 0;
  }

  add(made: Made): void {
    this.#made.push(made);
  }

  /**
   * Releases everything, and also what is made while it runs. One disposer's failure or time-out stops no other.
   *
   * @returns SERVICE_DISPOSE_FAILED and SERVICE_DISPOSE_TIMEOUT errors, in the order they happened; never rejects
   */
  async release(): Promise<readonly Error[]> {
    const errors: Error[] = [];
    for (let made = this.#made.pop(); made !== undefined; made = this.#made.pop()) {
      const error = await releaseOne(made);
      if (error) errors.push(error);
    }
    return errors;
  }
}

async function releaseOne({ owner, service, instance, recipe }: Made): Promise<Error | undefined> {
  const { dispose, timeout } = recipe;
  if (!dispose) return undefined;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Error>((resolve) => {
    timer = setTimeout(
      () => resolve(new BackplaneError('SERVICE_DISPOSE_TIMEOUT', { owner, service, timeout })),
      timeout,
    );
  });
  try {
    return await Promise.race([Promise.resolve(dispose(instance)).then(() => undefined), late]);
  } catch (error) {
    const reason = messageOf(error);
    return new BackplaneError('SERVICE_DISPOSE_FAILED', { owner, service, reason }, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}
