import { deepEqual, ok } from 'node:assert/strict';
import { inspect } from 'node:util';
import type { Operation } from '../../provider/capability.ts';
import { scrubberOf } from '../../provider/scrub.ts';
import { NotApplicable } from '../not-applicable.ts';
import { until } from '../until.ts';
import { Bench } from './bench.ts';
import { deadAddress } from './dead-address.ts';
import { type Fault, faultsOf } from './fault.ts';
import { leftBehind, printedBy } from './leftovers.ts';
import { poolRun } from './pool-run.ts';
import { nowhere, Site } from './site.ts';
import type { Subject } from './subject.ts';

export async function leavesNothingBehind(subject: Subject): Promise<void> {
  await using site = await Site.open(subject);
  const faults = faultsOf(subject.kind, subject.options.answers ?? {}).filter(
    ({ behaviour, name }) => behaviour && (behaviour.do !== 'answer' || telling.includes(name)),
  );
  const left = await leftBehind(async () => {
    const bench = new Bench(subject, site);
    for (const operation of subject.operations) {
      await bench.succeed(operation, await bench.input(operation));
      for (const { behaviour, isSilent } of faults) {
        const input = await bench.input(operation);
        if (behaviour) bench.gate.arm({ behaviour, always: true });
        await (isSilent ? abandoned(bench, operation, input) : bench.call(operation, input));
        bench.gate.arm();
      }
    }
    await bench.release();
  });
  deepEqual(
    left,
    [],
    'The driver leaves behind what keeps a process alive, or a rejection that ends it. Release the one in "dispose", and await what may reject.',
  );
}

/** Of all that an API may answer, what drivers have code of their own for. */
const telling = ['401', '404', '429', '500 instead of the work'];

async function abandoned(bench: Bench, operation: Operation, input: unknown): Promise<void> {
  const controller = new AbortController();
  const held = bench.gate.held;
  const calling = bench.call(operation, input, { signal: controller.signal });
  calling.catch(() => {});
  await until(() => bench.gate.held > held);
  controller.abort();
  await calling;
}

/** Those in which an API or an SDK talks about what it was sent. */
const talkative = ['401', '500 instead of the work', 'a reset before the work', 'a refused connection'];

export async function showsNoCredential(subject: Subject): Promise<void> {
  const { secrets } = subject.instance(nowhere);
  if (Object.keys(secrets).length === 0) throw new NotApplicable();
  const scrub = scrubberOf(Object.values(secrets));
  const expectNone = (text: string, where: string): void => {
    const shown = scrub(text);
    if (shown === text) return;
    const at = Math.max(0, shown.indexOf('***') - 60);
    ok(false, `A credential is shown in ${where}: …${shown.slice(at, at + 120)}…`);
  };
  const printed = await printedBy(async () => {
    for (const operation of subject.operations) {
      await using bench = await Bench.open(subject);
      const value = await bench.succeed(operation, await bench.input(operation));
      expectNone(inspect(value, { depth: 10 }), `what "${operation.name}" answers`);
      for (const fault of faultsOf(subject.kind, {}).filter(({ name }) => talkative.includes(name))) {
        expectNone(
          await toldOf(subject, operation, fault),
          `what is told of ${fault.name} by "${operation.name}"`,
        );
      }
    }
  });
  expectNone(printed, 'what the driver prints');
}

async function toldOf(subject: Subject, operation: Operation, fault: Fault): Promise<string> {
  using dead = fault.address ? await deadAddress(fault.address, subject.kind) : undefined;
  const plan = { subject, operation, fault, count: 2, isShared: false, isOnce: false, always: true };
  return (await poolRun({ ...plan, address: dead?.address })).told;
}
