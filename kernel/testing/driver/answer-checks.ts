import { deepEqual, equal, ok } from 'node:assert/strict';
import type { Operation } from '../../provider/capability.ts';
import { isCallers } from '../../provider/failure.ts';
import { Bench, freshKey } from './bench.ts';
import { goodRun } from './good-run.ts';
import type { Subject } from './subject.ts';

const manyCalls = 50;

/** The next attempt is given the same input. */
export async function leavesItsInput(subject: Subject, operation: Operation): Promise<void> {
  await using bench = await Bench.open(subject);
  const input = await bench.input(operation);
  const before = structuredClone(input);
  await bench.succeed(operation, input);
  deepEqual(
    input,
    before,
    `"${operation.name}" changes its input, which another attempt needs as it was. Copy it.`,
  );
}

export async function answersAsDeclared(subject: Subject, operation: Operation): Promise<void> {
  const { effects } = await goodRun(subject, operation);
  const { name, safety } = operation;
  if (safety === 'read') {
    equal(effects, 0, `"${name}" is declared as "read", and the API has done ${effects} things for it.`);
  } else if (!operation.repeatable) {
    const hint =
      effects === 0 ? ' Does effects() of the model count it?' : ' One call must do it once and no more.';
    equal(effects, 1, `For one call of "${name}" the API has done ${effects} things.${hint}`);
  }
}

export async function doesManyAtOnce(subject: Subject, operation: Operation): Promise<void> {
  const { effects } = await goodRun(subject, operation);
  await using bench = await Bench.open(subject);
  const inputs: unknown[] = [];
  for (let index = 0; index < manyCalls; index += 1) inputs.push(await bench.input(operation));
  const before = bench.site.effects();
  await Promise.all(inputs.map((input) => bench.succeed(operation, input)));
  if (operation.repeatable) return;
  equal(
    bench.site.effects() - before,
    manyCalls * effects,
    `${manyCalls} calls at once with different keys did not lead to ${manyCalls} effects.`,
  );
}

export async function doesOnceUnderOneKey(subject: Subject, operation: Operation): Promise<void> {
  await using bench = await Bench.open(subject);
  const input = await bench.input(operation);
  const key = freshKey(operation);
  const before = bench.site.effects();
  const first = await bench.succeed(operation, input, { key });
  const second = await bench.succeed(operation, structuredClone(input), { key });
  equal(
    bench.site.effects() - before,
    1,
    `"${operation.name}" was done twice under one key. Is the key of the context sent, and a new one nowhere made? If the API heeds no keys, say "deduplicates: false".`,
  );
  deepEqual(second, first, `The second answer of "${operation.name}" under one key differs from the first.`);
}

export async function refusesOtherInput(subject: Subject, operation: Operation): Promise<void> {
  await using bench = await Bench.open(subject);
  const [input, other] = [await bench.input(operation), await bench.input(operation)];
  const key = freshKey(operation);
  const before = bench.site.effects();
  await bench.succeed(operation, input, { key });
  const ending = await bench.call(operation, other, { key });
  equal(
    bench.site.effects() - before,
    1,
    `"${operation.name}" was done again with other input under a known key.`,
  );
  // An API that only repeats its first answer is held in check by the pool's journal.
  if (ending.failure === undefined) return;
  ok(
    isCallers(ending.failure) && ending.failure.effect === 'none',
    `Other input under a known key is whoever calls to blame for: class "invalid", effect "none", and not ${JSON.stringify(ending.failure)}.`,
  );
}

/** What APIs and drivers fold into one: upper and lower case, punctuation, an encoding and what it stands for. */
const similar: readonly (readonly [string, string])[] = [
  ['-A', '-a'],
  ['-b', '_b'],
  ['%2Fc', '/c'],
];

export async function tellsSimilarKeysApart(subject: Subject, operation: Operation): Promise<void> {
  await using bench = await Bench.open(subject);
  for (const ends of similar) {
    const start = freshKey(operation);
    const inputs = [await bench.input(operation), await bench.input(operation)];
    const before = bench.site.effects();
    for (const [index, end] of ends.entries()) {
      const { failure } = await bench.call(operation, inputs[index], { key: `${start}${end}` });
      if (failure !== undefined) break;
    }
    equal(
      bench.site.effects() - before,
      2,
      `Two keys that end with "${ends[0]}" and "${ends[1]}" did not lead to two effects: the second would never be done. Send the key as it is, or a hash of it.`,
    );
  }
}

/** Longer than the APIs take that say how long a key may be: 255 characters. */
const longKey = 300;

export async function tellsLongKeysApart(subject: Subject, operation: Operation): Promise<void> {
  await using bench = await Bench.open(subject);
  const [input, other] = [await bench.input(operation), await bench.input(operation)];
  const start = freshKey(operation).padEnd(longKey - 1, 'x');
  const before = bench.site.effects();
  await bench.succeed(operation, input, { key: `${start}1` });
  await bench.succeed(operation, other, { key: `${start}2` });
  await bench.succeed(operation, structuredClone(input), { key: `${start}1` });
  equal(
    bench.site.effects() - before,
    2,
    `Two keys of ${longKey} characters that differ in the last one did not lead to two effects. Where the API takes shorter ones, send a hash of the key, not its beginning.`,
  );
}
