import type { Generation } from './generation.ts';

/**
 * Stops the exclusive effects of the generations that go and starts those of the ones that come. If one cannot start,
 * those that were stopped start again.
 *
 * @param start starts those of one that comes
 * @returns the generation that could not start, and why
 */
export async function handOver(
  going: readonly Generation[],
  coming: readonly Generation[],
  start: (generation: Generation) => Promise<void>,
): Promise<{ name: string; error: unknown } | undefined> {
  if (![...going, ...coming].some(({ effects }) => effects.hasExclusive)) return undefined;
  const stopped: Generation[] = [];
  for (const generation of going.toReversed()) {
    for (const error of await generation.effects.stopExclusive()) {
      generation.log.error({ err: error }, 'Stopping an exclusive effect failed');
    }
    stopped.unshift(generation);
  }
  for (const [index, generation] of coming.entries()) {
    try {
      await start(generation);
    } catch (error) {
      for (const started of coming.slice(0, index + 1).toReversed()) await started.effects.stopExclusive();
      for (const before of stopped) {
        try {
          await before.effects.startExclusive();
        } catch (again) {
          before.log.error(
            { err: again },
            'An exclusive effect could not be started again after a failed reload',
          );
        }
      }
      return { name: generation.name, error };
    }
  }
  return undefined;
}
