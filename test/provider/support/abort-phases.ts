import {
  type AttemptJournal,
  type Failure,
  MemoryJournal,
  type Quota,
  type Safety,
  type SharedState,
} from '../../../kernel/index.ts';
import { type Answer, type Scripted, scripted, silence, status } from './scripted.ts';
import { sending } from './world.ts';

/** What the caller of an aborted call gets: the reason of the abort, that nobody knows, or the answer that was there already. */
export type Ending = 'reason' | 'unknown' | 'answer';

/** Where a call can be when it is aborted. */
export interface Phase {
  readonly name: string;
  readonly ending: Partial<Readonly<Record<Safety, Ending>>>;
  /** What each instance answers. The first is asked first. */
  readonly answers: (index: number) => readonly Answer[];
  /** Requests that were sent by then. */
  readonly requests: number;
  /** Requests before the call. */
  readonly before?: number;
  /** Milliseconds until it has come there; none if left out. */
  readonly after?: number;
  readonly quota?: Quota;
  readonly quotaGroup?: string;
  readonly hedge?: { readonly after: number };
  readonly scope?: Failure['scope'];
  readonly reconcile?: 'silent';
  readonly deduplicates?: boolean;
  readonly journal?: 'never opens' | 'never writes' | 'never settles';
  readonly shared?: SharedState;
}

/** Others that count too, and never answer. */
const silentShared: SharedState = {
  connect: () => {},
  tell: () => {},
  take: () => silence,
  close: async () => {},
};

const always = (ending: Ending): Readonly<Record<Safety, Ending>> => ({
  read: ending,
  idempotent: ending,
  keyed: ending,
  atMostOnce: ending,
});
const written = (ending: Ending) => ({ keyed: ending, atMostOnce: ending });
const repeatable = { read: 'reason', idempotent: 'reason' } as const;
const refused = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });

/** Every phase of a call, for the safeties that know it. */
export const phases: readonly Phase[] = [
  {
    name: 'while its work is looked up in the journal',
    ending: written('reason'),
    journal: 'never opens',
    answers: () => ['sent'],
    requests: 0,
  },
  {
    name: 'while other processes are asked for its quota',
    ending: always('reason'),
    shared: silentShared,
    quota: { calls: 5, per: 1_000 },
    answers: () => ['sent'],
    requests: 0,
  },
  {
    name: 'while its attempt is written down',
    ending: written('reason'),
    journal: 'never writes',
    answers: () => ['sent'],
    requests: 0,
  },
  {
    name: 'while it waits for a quota',
    ending: always('reason'),
    quota: { calls: 1, per: 10_000 },
    quotaGroup: 'account',
    before: 1,
    answers: () => ['sent'],
    requests: 1,
    after: 5_000,
  },
  {
    name: 'while it waits for a group that was throttled',
    ending: always('reason'),
    quotaGroup: 'account',
    answers: () => [status(429, 10), 'sent'],
    requests: 1,
    after: 5_000,
  },
  {
    name: 'while it backs off after a request that did nothing',
    ending: always('reason'),
    scope: 'provider',
    answers: () => [refused, 'sent'],
    requests: 1,
  },
  {
    name: 'while it backs off after a request that perhaps did it',
    ending: { ...repeatable, keyed: 'unknown' },
    scope: 'provider',
    answers: () => [status(500), 'sent'],
    requests: 1,
  },
  {
    name: 'while its first request is in flight',
    ending: { ...repeatable, ...written('unknown') },
    answers: (index) => [index === 0 ? silence : 'sent'],
    requests: 1,
    after: 100,
  },
  {
    name: 'while its second is in flight and the first did nothing',
    ending: { ...repeatable, ...written('unknown') },
    answers: (index) => (index === 0 ? [refused, silence] : [silence]),
    requests: 2,
    after: 1_000,
  },
  {
    name: 'while its second is in flight and the first perhaps did it',
    ending: { ...repeatable, keyed: 'unknown' },
    answers: (index) => (index === 0 ? [status(500), silence] : [silence]),
    requests: 2,
    after: 1_000,
  },
  {
    name: 'while a hedge is in flight beside its first',
    ending: repeatable,
    hedge: { after: 50 },
    answers: () => [silence],
    requests: 2,
    after: 100,
  },
  {
    name: 'while a driver is asked what became of it',
    ending: written('unknown'),
    deduplicates: false,
    reconcile: 'silent',
    answers: (index) => [index === 0 ? status(500) : 'sent'],
    requests: 1,
    after: 100,
  },
  {
    name: 'while its answer is written down',
    ending: written('answer'),
    journal: 'never settles',
    answers: () => ['sent'],
    requests: 1,
  },
];

/** One that does not come back with what the phase says. */
function hangingJournal(rows: MemoryJournal, hangs: Phase['journal']): AttemptJournal {
  return {
    kept: 'memory',
    open: (...given) => (hangs === 'never opens' ? silence : rows.open(...given)),
    write(row) {
      const isOver = row.state === 'ok';
      if (hangs === 'never writes' || (hangs === 'never settles' && isOver)) return silence;
      return rows.write(row);
    },
    close: (operation) => rows.close(operation),
    unsettled: () => rows.unsettled(),
  };
}

/** So many instances before which a call comes to that phase. */
export function worldIn(phase: Phase, safety: Safety, count: number): Scripted & { journal: MemoryJournal } {
  const { answers, quota, quotaGroup, hedge, scope, reconcile, deduplicates, shared } = phase;
  const journal = new MemoryJournal();
  const script = Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`i${index}`, answers(index)]),
  );
  const world = scripted({
    capability: sending(safety, hedge ? { hedge } : {}),
    script,
    journal: hangingJournal(journal, phase.journal),
    // The longest backoff there is.
    random: () => 0.999,
    instances: () => ({ ...(quota ? { quota } : {}), ...(quotaGroup ? { quotaGroup } : {}) }),
    ...(scope ? { classify: (error: unknown) => failureOf(error, scope) } : {}),
    ...(reconcile ? { reconcile: () => silence } : {}),
    ...(deduplicates === undefined ? {} : { deduplicates }),
    ...(shared ? { shared } : {}),
  });
  return { ...world, journal };
}

function failureOf(error: unknown, scope: Failure['scope']): Failure {
  return { class: 'transient', effect: error === refused ? 'none' : 'unknown', scope };
}
