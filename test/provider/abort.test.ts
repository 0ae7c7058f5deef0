import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect } from 'chai';
import { defineDriver, MemoryJournal, Type } from '../../kernel/index.ts';
import { VirtualClock } from '../../kernel/testing/virtual-clock.ts';
import { rejectionOf, type Scripted, scripted, silence, status } from './support/scripted.ts';
import { instancesNamed, sending, setUp } from './support/world.ts';

/** Aborts a call that has come to some phase; its clock stands still from then on. */
async function abortIn(
  world: Scripted,
  milliseconds: number,
): Promise<{ error: Error & { code?: string }; took: number; reason: Error }> {
  const controller = new AbortController();
  const reason = new Error('enough');
  const call = rejectionOf(world.begin({ signal: controller.signal }));
  await world.clock.advance(milliseconds);
  const asked = world.asked.length;
  const started = performance.now();
  controller.abort(reason);
  const error = await call;
  const took = performance.now() - started;
  await world.clock.advance(120_000);
  expect(world.asked.length, 'no later attempt').to.equal(asked);
  return { error, took, reason };
}

describe('a call that is aborted', () => {
  it('sends nothing if it was aborted before', async () => {
    const world = scripted({ script: { a: ['sent'] } });
    const error = await rejectionOf(world.begin({ signal: AbortSignal.abort(new Error('enough')) }));
    expect([error.message, world.asked]).to.deep.equal(['enough', []]);
  });

  it('settles at once while it waits for a throttled group, and is never sent', async () => {
    const world = scripted({ script: { a: [status(429, 10), 'sent'] } });
    const { error, took, reason } = await abortIn(world, 5_000);
    expect(error).to.equal(reason);
    expect(took).to.be.below(5);
  });

  it('settles at once while it backs off, and is not sent again', async () => {
    const world = scripted({ script: { a: [status(500), 'sent'] } });
    const { error, took, reason } = await abortIn(world, 0);
    expect(world.asked).to.have.length(1);
    expect(error).to.equal(reason);
    expect(took).to.be.below(5);
  });

  for (const safety of ['read', 'idempotent'] as const) {
    it(`settles at once while a request that is "${safety}" is in flight, with the reason of the abort`, async () => {
      const world = scripted({ capability: sending(safety), script: { a: [silence], b: ['sent'] } });
      const { error, took, reason } = await abortIn(world, 100);
      expect(error).to.equal(reason);
      expect(took).to.be.below(5);
    });
  }

  for (const safety of ['keyed', 'atMostOnce'] as const) {
    it(`says that nobody knows when a request that is "${safety}" was in flight, and keeps it`, async () => {
      const journal = new MemoryJournal();
      const world = scripted({ capability: sending(safety), journal, script: { a: [silence], b: ['sent'] } });
      const { error, took } = await abortIn(world, 100);
      expect(error.code).to.equal('PROVIDER_OUTCOME_UNKNOWN');
      expect(took).to.be.below(5);
      expect(journal.unsettled().map(({ state, instance }) => [state, instance])).to.deep.equal([
        ['unknown', 'a'],
      ]);
    });
  }

  it('sends nothing when its attempt was still being written down', async () => {
    const writing = Promise.withResolvers<void>();
    class SlowJournal extends MemoryJournal {
      override async write(row: Parameters<MemoryJournal['write']>[0]): Promise<void> {
        await writing.promise;
        super.write(row);
      }
    }
    const journal = new SlowJournal();
    const world = scripted({ capability: sending('keyed'), journal, script: { a: ['sent'] } });
    const { error, reason } = await abortIn(world, 0);
    expect([error, world.asked]).to.deep.equal([reason, []]);
    writing.resolve();
    for (let turn = 0; turn < 5; turn += 1) await nextTurn();
    expect(journal.unsettled()).to.deep.equal([]);
  });

  it('settles at once while a driver is asked what became of an attempt', async () => {
    const world = scripted({
      capability: sending('atMostOnce'),
      script: { a: [status(500)], b: ['sent'] },
      reconcile: () => silence,
    });
    const { error, took } = await abortIn(world, 0);
    expect(error.code).to.equal('PROVIDER_OUTCOME_UNKNOWN');
    expect(took).to.be.below(5);
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
