import { ok } from 'node:assert/strict';
import type { Operation } from '../../provider/capability.ts';
import type { Reconciliation } from '../../provider/driver.ts';
import { NotApplicable } from '../not-applicable.ts';
import { until } from '../until.ts';
import { Bench, freshKey } from './bench.ts';
import type { Behaviour } from './fault.ts';
import type { Subject } from './subject.ts';

export async function knowsWhatWasDone(subject: Subject, operation: Operation): Promise<void> {
  await using bench = await Bench.open(subject);
  const key = freshKey(operation);
  await bench.succeed(operation, await bench.input(operation), { key });
  const answer = await ask(bench, operation, key);
  ok(answer.state !== 'notDone', '"reconcile" says "notDone" of what was done: it would be done again.');
  // It may not be able to say so of every operation.
  if (answer.state === 'unknown') throw new NotApplicable();
  const fault = operation.outputFault(answer.value);
  ok(
    fault === undefined,
    `The value of "reconcile" does not fit the output of "${operation.name}": ${fault}.`,
  );
}

export async function knowsNothingOfOthers(subject: Subject, operation: Operation): Promise<void> {
  await using bench = await Bench.open(subject);
  await bench.succeed(operation, await bench.input(operation));
  const answer = await ask(bench, operation, freshKey(operation));
  ok(answer.state !== 'done', '"reconcile" says "done" of a key that nothing was done under.');
}

export async function waitsForWhatIsOnItsWay(subject: Subject, operation: Operation): Promise<void> {
  if (subject.kind === 'local') throw new NotApplicable();
  await using bench = await Bench.open(subject);
  const input = await bench.input(operation);
  const key = freshKey(operation);
  const before = bench.site.effects();
  const controller = new AbortController();
  bench.gate.arm({ behaviour: { do: 'hang', when: 'before' }, isOnce: true });
  const calling = bench.call(operation, input, { key, signal: controller.signal });
  await until(() => bench.gate.held > 0);
  const answer = await ask(bench, operation, key);
  await bench.gate.release();
  controller.abort();
  await calling;
  const isDone = await until(() => bench.site.effects() > before, { timeout: 500 }).catch(() => false);
  ok(
    answer.state !== 'notDone' || !isDone,
    '"reconcile" says "notDone" of a request that was on its way, and which was then done. "notDone" is final: another provider does it. Say "unknown" for as long as it may arrive.',
  );
}

const outages: readonly Behaviour[] = [
  { do: 'reset', when: 'before' },
  { do: 'answer', when: 'before', status: 500 },
  { do: 'answer', when: 'before', status: 401 },
  { do: 'answer', when: 'before', status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' },
];

export async function takesNoOutageForAnAnswer(subject: Subject, operation: Operation): Promise<void> {
  if (subject.kind === 'local') throw new NotApplicable();
  await using bench = await Bench.open(subject);
  const key = freshKey(operation);
  await bench.succeed(operation, await bench.input(operation), { key });
  for (const behaviour of subject.kind === 'http' ? outages : outages.slice(0, 1)) {
    bench.gate.arm({ behaviour });
    const answer = await ask(bench, operation, key).catch((): Reconciliation => ({ state: 'unknown' }));
    const what = behaviour.do === 'answer' ? `answers ${behaviour.status}` : 'resets the connection';
    ok(
      answer.state !== 'notDone',
      `"reconcile" says "notDone" when the API ${what}, of what was done: throw, or say "unknown".`,
    );
  }
}

/** @throws what the driver throws, or that it returned no answer */
async function ask(bench: Bench, operation: Operation, key: string): Promise<Reconciliation> {
  const { signal } = new AbortController();
  const query = { operation: operation.name, key, sentAt: Date.now(), signal };
  const answer = await bench.subject.driver.reconcile?.(bench.client, query);
  const state = answer?.state;
  ok(
    state === 'done' || state === 'notDone' || state === 'unknown',
    `"reconcile" returned ${JSON.stringify(answer)}, which is no { state: 'done' | 'notDone' | 'unknown' }.`,
  );
  return answer ?? { state: 'unknown' };
}
