import type { Operation } from '../../provider/capability.ts';
import { Bench } from './bench.ts';
import type { Subject } from './subject.ts';

/** What a call does when nothing goes wrong: what faults are compared with. */
export interface GoodRun {
  /** How often it sends what: `POST /messages`. */
  readonly requests: ReadonlyMap<string, number>;
  /** What the API has done. */
  readonly effects: number;
}

const known = new WeakMap<Subject, Map<string, Promise<GoodRun>>>();

/** Made once for each operation. */
export function goodRun(subject: Subject, operation: Operation): Promise<GoodRun> {
  const runs = known.get(subject) ?? new Map<string, Promise<GoodRun>>();
  known.set(subject, runs);
  const run = runs.get(operation.name) ?? makeGoodRun(subject, operation);
  runs.set(operation.name, run);
  return run;
}

async function makeGoodRun(subject: Subject, operation: Operation): Promise<GoodRun> {
  await using bench = await Bench.open(subject);
  const input = await bench.input(operation);
  const { effects, gates } = bench.site;
  const begin = effects();
  const sent = gates[0]?.requests.length ?? 0;
  await bench.succeed(operation, input);
  return { requests: countLines(gates[0]?.requests.slice(sent) ?? []), effects: effects() - begin };
}

/** How often each line is there. */
export function countLines(lines: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1);
  return counts;
}
