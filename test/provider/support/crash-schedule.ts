import {
  type AttemptJournal,
  type AttemptRow,
  defineCapability,
  isBackplaneError,
  MemoryInstances,
  MemoryJournal,
  type OperationRef,
  Providers,
  type Safety,
  Type,
} from '../../../kernel/index.ts';
import type { JournalRows } from '../../../kernel/provider/memory-journal.ts';
import { seededRandom } from '../../../kernel/testing/seeded-random.ts';
import { VirtualClock } from '../../../kernel/testing/virtual-clock.ts';
import { never, type Process, UnreliableApi } from './unreliable-api.ts';
import { instancesNamed, worldOf } from './world.ts';

export interface Schedule {
  readonly seed: number;
  readonly safety: Extract<Safety, 'keyed' | 'atMostOnce'>;
  readonly instances: number;
  /** Do all instances share an account? */
  readonly sharesAccount: boolean;
  readonly reconciles: boolean;
  readonly heedsKeys: boolean;
  /** Calls that repeat the work while it has not succeeded. */
  readonly repeats: number;
}

/** What became of a piece of work. */
export interface Played {
  /** How often it was really done, in the end. */
  readonly effects: number;
  /** What the last caller was told; a crash tells nothing. */
  readonly told: 'done' | 'not done' | 'unknown' | 'nothing';
  /** Was it open in the journal when the last caller was told? */
  readonly isOpen: boolean;
  /** The last error, for messages. */
  readonly error: unknown;
}

/** Where the journals of all processes of a schedule write. */
export interface JournalPlace {
  /** As one process has it. `stop`: the process has died. */
  journal(clock: VirtualClock): AttemptJournal & { stop?(): void };
  /** Is something open, for all that the survivors know? */
  hasUnsettled(clock: VirtualClock): Promise<boolean>;
}

function inMemory(): JournalPlace {
  const rows: JournalRows = new Map();
  return {
    journal: () => new MemoryJournal(rows),
    hasUnsettled: async () => new MemoryJournal(rows).unsettled().length > 0,
  };
}

/** A journal that survives its process; a dead process writes nothing any more. */
class SurvivingJournal implements AttemptJournal {
  readonly kept = 'memory';
  readonly #journal: AttemptJournal;
  readonly #process: Process;

  constructor(journal: AttemptJournal, process: Process) {
    this.#journal = journal;
    this.#process = process;
  }

  open(operation: OperationRef, inputHash: string): ReturnType<AttemptJournal['open']> {
    return this.#process.dead ? never : this.#journal.open(operation, inputHash);
  }

  write(row: AttemptRow): ReturnType<AttemptJournal['write']> {
    return this.#process.dead ? never : this.#journal.write(row);
  }

  close(operation: OperationRef): ReturnType<AttemptJournal['close']> {
    return this.#process.dead ? undefined : this.#journal.close(operation);
  }

  unsettled(): ReturnType<AttemptJournal['unsettled']> {
    return this.#process.dead ? [] : this.#journal.unsettled();
  }
}

/** One piece of work, asked for again and again by processes that crash and callers that lose patience. */
export async function play(schedule: Schedule, place: JournalPlace = inMemory()): Promise<Played> {
  const { seed, safety, instances, sharesAccount, reconciles, heedsKeys, repeats } = schedule;
  const clock = new VirtualClock();
  const random = seededRandom(seed);
  const api = new UnreliableApi(clock, random, { heedsKeys });
  const capability = defineCapability('mail', {
    operations: {
      send: {
        safety,
        input: Type.Unknown(),
        output: Type.Integer(),
        deadline: 20_000,
        attemptTimeout: 5_000,
      },
    },
  });
  const names = Array.from({ length: instances }, (_, index) => `i${index}`);
  const store = new MemoryInstances(
    instancesNamed(names, (name) => ({
      config: { name, account: sharesAccount ? 'shared' : name },
      ...(sharesAccount ? { deduplication: 'shared' } : {}),
    })),
  );
  let told: Played['told'] = 'nothing';
  let last: unknown;
  let isOpen = false;
  for (let repeat = 0; repeat <= repeats && told !== 'done'; repeat += 1) {
    const process: Process = { dead: false };
    const journal = place.journal(clock);
    const world = worldOf(capability, [api.driver(process, { reconciles, deduplicates: heedsKeys })]);
    const providers = new Providers({
      world: () => world,
      stores: [store],
      clock,
      random,
      journal: new SurvivingJournal(journal, process),
    });
    const crash = new Promise<'crash'>((resolve) => {
      if (random() < 0.4) clock.after(random() * 300, () => resolve('crash'));
      else if (random() < 0.2) clock.after(random() * 20_000, () => resolve('crash'));
    });
    const patience = new AbortController();
    if (random() < 0.2) clock.after(random() * 6_000, () => patience.abort());
    const answer = providers
      .for('mail')
      .send?.({ amount: 1 }, { operationId: 'order-1', signal: patience.signal })
      .then(
        () => 'done' as const,
        (error: unknown) => {
          last = error;
          const code = isBackplaneError(error) ? error.code : '';
          // The lease of a process that crashed: nobody may say anything about its work yet.
          if (code === 'PROVIDER_OPERATION_RUNNING') return 'nothing';
          return code === 'PROVIDER_OUTCOME_UNKNOWN' ? 'unknown' : 'not done';
        },
      );
    const outcome = await clock.until(Promise.race([answer ?? never, crash]));
    told = outcome === 'crash' ? 'nothing' : outcome;
    isOpen = await place.hasUnsettled(clock);
    if (random() < 0.3) await clock.advance(random() * 30_000);
    process.dead = true;
    journal.stop?.();
    void providers[Symbol.asyncDispose]();
  }
  // Whatever is still on its way arrives.
  await clock.advance(120_000);
  return { effects: api.effects.length, told, isOpen, error: last };
}
