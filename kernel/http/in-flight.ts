import type { RequestContext } from './context.ts';

/**
 * The requests that are being answered. A list in which each knows its place, and not a Set: one that fills and empties
 * with every turn of the event loop leaves a chain of outgrown tables, and through it the collector takes requests that
 * are long over for living ones (measured: half of all that was allocated outlived its youth).
 */
export class InFlight {
  readonly #contexts: RequestContext[] = [];

  get all(): readonly RequestContext[] {
    return this.#contexts;
  }

  add(context: RequestContext): void {
    context.place = this.#contexts.push(context) - 1;
  }

  /** Does nothing when it is not in. */
  remove(context: RequestContext): void {
    const { place } = context;
    if (place === -1) return;
    context.place = -1;
    const last = this.#contexts.pop();
    if (last === undefined || last === context) return;
    this.#contexts[place] = last;
    last.place = place;
  }
}
