import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect } from 'chai';
import { type AttemptJournal, defineDriver, MemoryJournal, type Safety, Type } from '../../kernel/index.ts';
import { VirtualClock } from '../../kernel/testing/virtual-clock.ts';
import { type Phase, phases, worldIn } from './support/abort-phases.ts';
import { rejectionOf, scripted, silence } from './support/scripted.ts';
import { instancesNamed, sending, setUp } from './support/world.ts';

const safeties: readonly Safety[] = ['read', 'idempotent', 'keyed', 'atMostOnce'];
const counts = [1, 2, 3, 8];

const titles = { reason: 'the reason of the abort', unknown: 'that nobody knows', answer: 'its answer' };

/** Turns of the event loop that a call may take to settle; its clock stands still. */
const atOnce = 3;

/** How a call ends that is aborted in a phase, and what is left of it. */
async function abortIn(phase: Phase, safety: Safety, count: number) {
  const { clock, asked, begin, send, providers, journal } = worldIn(phase, safety, count);
  for (let call = 0; call < (phase.before ?? 0); call += 1) await send({ operationId: `before ${call}` });
  const controller = new AbortController();
  const reason = new Error('enough');
  let ended: { value?: unknown; error?: unknown } | undefined;
  begin({ signal: controller.signal }).then(
    (value) => {
      ended = { value };
    },
    (error: unknown) => {
      ended = { error };
    },
  );
  await clock.advance(phase.after ?? 0);
  expect([ended, asked.length], 'it has come to the phase').to.deep.equal([
    undefined,
    count === 1 && phase.hedge ? 1 : phase.requests,
  ]);
  const requests = asked.length;
  controller.abort(reason);
  let turns = 0;
  for (; ended === undefined && turns < atOnce; turns += 1) await nextTurn();
  expect(ended, `settled within ${atOnce} turns`).to.not.equal(undefined);
  const { error } = ended ?? {};
  const unsettled = journal.unsettled().map(({ state }) => state);
  // Long enough for whatever might still come.
  await clock.advance(120_000);
  expect(asked.length, 'later attempts').to.equal(requests);
  expect(
    providers.list().map(({ pending }) => pending),
    'places that are still taken',
  ).to.deep.equal(Array.from({ length: count }, () => 0));
  const ending =
    error === undefined
      ? 'answer'
      : error === reason
        ? 'reason'
        : error instanceof Error && 'code' in error && error.code === 'PROVIDER_OUTCOME_UNKNOWN'
          ? 'unknown'
          : error;
  return { ending, unsettled };
}

describe('a call that is aborted', () => {
  for (const safety of safeties) {
    for (const count of counts) {
      it(`sends nothing if it was aborted before, "${safety}", ${count} instances`, async () => {
        const names = Array.from({ length: count }, (_, index) => [`i${index}`, ['sent']]);
        const world = scripted({ capability: sending(safety), script: Object.fromEntries(names) });
        const error = await rejectionOf(world.begin({ signal: AbortSignal.abort(new Error('enough')) }));
        expect([error.message, world.asked]).to.deep.equal(['enough', []]);
      });
    }
  }

  for (const phase of phases) {
    for (const safety of safeties) {
      const { [safety]: expected } = phase.ending;
      if (expected === undefined) continue;
      it(`${phase.name}, "${safety}", settles at once with ${titles[expected]}, and is never sent again`, async () => {
        for (const count of counts) {
          const { ending, unsettled } = await abortIn(phase, safety, count);
          expect(ending, `${count} instances`).to.equal(expected);
          // What nobody knows is kept; of the rest nothing is left to find out.
          if (expected === 'unknown') expect(unsettled, `${count} instances`).to.include('unknown');
          if (expected === 'reason') expect(unsettled, `${count} instances`).to.deep.equal([]);
        }
      });
    }
  }

  it('writes down that its attempt was not sent when that is written down late', async () => {
    const writing = Promise.withResolvers<void>();
    class SlowJournal extends MemoryJournal {
      override async write(row: Parameters<MemoryJournal['write']>[0]): Promise<void> {
        await writing.promise;
        super.write(row);
      }
    }
    const journal = new SlowJournal();
    const world = scripted({ capability: sending('keyed'), journal, script: { a: ['sent'] } });
    const controller = new AbortController();
    const call = rejectionOf(world.begin({ signal: controller.signal }));
    await nextTurn();
    controller.abort(new Error('enough'));
    expect([(await call).message, world.asked]).to.deep.equal(['enough', []]);
    writing.resolve();
    for (let turn = 0; turn < 5; turn += 1) await nextTurn();
    expect(journal.unsettled()).to.deep.equal([]);
  });

  it('does not hold its work when the journal lets it begin late', async () => {
    const opening = Promise.withResolvers<void>();
    const rows = new MemoryJournal();
    const journal: AttemptJournal = {
      kept: 'memory',
      async open(...given) {
        await opening.promise;
        return rows.open(...given);
      },
      write: (row) => rows.write(row),
      close: (operation) => rows.close(operation),
      unsettled: () => rows.unsettled(),
    };
    const world = scripted({ capability: sending('keyed'), journal, script: { a: ['sent'] } });
    const controller = new AbortController();
    const call = rejectionOf(world.begin({ signal: controller.signal }));
    await nextTurn();
    controller.abort(new Error('enough'));
    expect([(await call).message, world.asked]).to.deep.equal(['enough', []]);
    opening.resolve();
    for (let turn = 0; turn < 5; turn += 1) await nextTurn();
    expect((await world.send()).value).to.equal('sent');
  });

  it('aborts the signal that the driver was given', async () => {
    let seen: AbortSignal | undefined;
    const driver = defineDriver('fake', {
      capability: 'mail',
      config: Type.Object({ name: Type.String() }),
      create: () => ({
        send(_input: unknown, { signal }: { signal: AbortSignal }) {
          seen = signal;
          return silence;
        },
      }),
    });
    const clock = new VirtualClock();
    const { providers } = setUp({
      capability: sending('read'),
      driver,
      instances: instancesNamed(['a']),
      clock,
    });
    const controller = new AbortController();
    const call = rejectionOf(providers.for('mail').send?.({}, { signal: controller.signal }) ?? silence);
    await nextTurn();
    controller.abort();
    await call;
    expect(seen?.aborted).to.equal(true);
  });
});
