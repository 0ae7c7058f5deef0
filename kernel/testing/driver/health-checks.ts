import { equal, fail, rejects } from 'node:assert/strict';
import { NotApplicable } from '../not-applicable.ts';
import { until } from '../until.ts';
import { Bench } from './bench.ts';
import { deadAddress } from './dead-address.ts';
import { nowhere } from './site.ts';
import type { Subject } from './subject.ts';

export async function isHealthy(subject: Subject): Promise<void> {
  await using bench = await Bench.open(subject);
  const before = bench.site.effects();
  await check(bench);
  equal(bench.site.effects(), before, '"health" has an effect: it must have none at all.');
}

export async function noticesRefusal(subject: Subject): Promise<void> {
  if (subject.kind === 'local') throw new NotApplicable();
  using dead = await deadAddress('refused', subject.kind);
  await using bench = await Bench.open(subject, { address: dead.address });
  await rejects(check(bench), '"health" says nothing when the API cannot be reached: it must throw.');
}

export async function noticesCredentials(subject: Subject): Promise<void> {
  if (Object.keys(subject.instance(nowhere).secrets).length === 0) throw new NotApplicable();
  const must = 'it must ask for something that needs the credentials, and throw.';
  if (subject.kind === 'http') {
    await using bench = await Bench.open(subject);
    const behaviour = {
      do: 'answer',
      when: 'before',
      status: 401,
      ...subject.options.answers?.[401],
    } as const;
    bench.gate.arm({ behaviour });
    await rejects(check(bench), `"health" says nothing when the API answers 401: ${must}`);
  }
  await using stranger = await Bench.open(subject, { isStranger: true });
  if (await isWelcome(stranger)) throw new NotApplicable();
  await rejects(check(stranger), `"health" says nothing when the API does not know its credentials: ${must}`);
}

/** Does the model of the API work for whoever comes? */
async function isWelcome(stranger: Bench): Promise<boolean> {
  for (const operation of stranger.subject.operations) {
    const { failure } = await stranger.call(operation, await stranger.input(operation));
    if (failure !== undefined) return false;
  }
  return true;
}

export async function healthCanBeAborted(subject: Subject): Promise<void> {
  if (subject.kind === 'local') throw new NotApplicable();
  await using bench = await Bench.open(subject);
  bench.gate.arm({ behaviour: { do: 'hang', when: 'before' } });
  const controller = new AbortController();
  let isSettled = false;
  const settle = (): void => {
    isSettled = true;
  };
  check(bench, controller.signal).then(settle, settle);
  await until(() => bench.gate.held > 0 || isSettled);
  if (bench.gate.held === 0)
    fail('"health" asks the API for nothing: it must ask for what needs the credentials.');
  controller.abort();
  await until(() => isSettled && bench.gate.open === 0, { timeout: 2_000 }).catch(() =>
    fail('"health" goes on when its signal is aborted.'),
  );
}

async function check({ subject, client }: Bench, signal = new AbortController().signal): Promise<void> {
  await subject.driver.health?.(client, { signal });
}
