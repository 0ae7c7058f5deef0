import type { Clock } from './clock.ts';
import type { Flight, Outcome } from './flight.ts';
import type { Instance } from './instance.ts';

/** A flight with whom it asks. */
export interface Asked {
  readonly instance: Instance;
  readonly flight: Flight;
}

export interface Hedged {
  /** In the order in which they began. All have ended. */
  readonly asked: readonly Asked[];
  /** The first success, else the last failure. */
  readonly outcome: Outcome;
}

/**
 * Waits for a flight, and asks a second instance when it takes long; the first success counts, the other is given up
 * (Dean and Barroso, "The Tail at Scale").
 *
 * @param after milliseconds
 * @param second begins the second flight, or does not
 */
export async function hedge(
  first: Asked,
  after: number,
  clock: Clock,
  second: () => Promise<Asked | undefined>,
): Promise<Hedged> {
  const late = Promise.withResolvers<undefined>();
  const cancel = clock.after(after, () => late.resolve(undefined));
  const early = await Promise.race([first.flight.ended, late.promise]);
  cancel();
  if (early) return { asked: [first], outcome: early };
  const other = await second();
  if (other === undefined) return { asked: [first], outcome: await first.flight.ended };
  const flights = [first.flight, other.flight];
  const fastest = await Promise.race(flights.map(({ ended }) => ended));
  const outcome =
    fastest.failure === undefined
      ? fastest
      : ((await Promise.all(flights.map(({ ended }) => ended))).find(
          ({ failure }) => failure === undefined,
        ) ?? fastest);
  for (const { flight } of [first, other]) flight.cancel();
  return { asked: [first, other], outcome };
}
