import type { Clock } from './clock.ts';
import { type Quota, quotasOf } from './quota.ts';
import type { SharedState } from './shared-state.ts';
import { SlidingWindow } from './sliding-window.ts';

/** Whose calls are counted, and how many it may have. */
export interface Counted {
  readonly quotaGroup: string;
  readonly quota: Quota | readonly Quota[] | undefined;
}

/** One quota of a group. */
interface Limit extends Quota {
  /** Calls of this process. */
  readonly window: SlidingWindow;
}

interface Group {
  readonly limits: readonly Limit[];
  /** When others have said that it is used up: until when. */
  fullUntil: number;
}

/**
 * Counts calls by quota group before they are sent, so that none is sent that an API would not allow: in this process, and
 * where state is shared in all of them together. What any instance of a group says holds for the group; of several for the
 * same time, the strictest.
 */
export class Quotas {
  #groups = new Map<string, Group>();
  /** By group and time. An instance that goes and comes back finds what was counted. */
  readonly #windows = new Map<string, SlidingWindow>();
  readonly #shared: SharedState | undefined;

  constructor(shared?: SharedState) {
    this.#shared = shared;
  }

  /** From now on these quotas hold. What was counted is kept. */
  heed(instances: readonly Counted[]): void {
    const limits = new Map<string, Map<number, number>>();
    for (const { quotaGroup, quota } of instances) {
      for (const { calls, per } of quotasOf(quota)) {
        const ofGroup = limits.get(quotaGroup) ?? new Map<number, number>();
        ofGroup.set(per, Math.min(calls, ofGroup.get(per) ?? calls));
        limits.set(quotaGroup, ofGroup);
      }
    }
    const before = this.#groups;
    this.#groups = new Map(
      [...limits].map(([name, ofGroup]) => [name, this.#groupOf(name, ofGroup, before.get(name))]),
    );
    if (this.#windows.size > 2 * this.#groups.size + 1_000) this.#forget();
  }

  #groupOf(name: string, calls: ReadonlyMap<number, number>, before: Group | undefined): Group {
    const limits = [...calls].map(([per, count]) => ({
      calls: count,
      per,
      window: this.#windowOf(name, per),
    }));
    const isSame =
      before?.limits.length === limits.length &&
      before.limits.every(({ per, calls: count }) => calls.get(per) === count);
    // What others said was about the old numbers.
    return { limits, fullUntil: isSame ? before.fullUntil : 0 };
  }

  #windowOf(name: string, per: number): SlidingWindow {
    const key = `${per} ${name}`;
    const known = this.#windows.get(key) ?? new SlidingWindow(per);
    this.#windows.set(key, known);
    return known;
  }

  /** Forgets what was counted for groups that are gone. */
  #forget(): void {
    const used = new Set(
      [...this.#groups.values()].flatMap(({ limits }) => limits.map(({ window }) => window)),
    );
    for (const [key, window] of this.#windows) if (!used.has(window)) this.#windows.delete(key);
  }

  /** When a group may be called again; `now` or before if that is now. */
  until(name: string, now: number): number {
    const group = this.#groups.size === 0 ? undefined : this.#groups.get(name);
    return group === undefined ? 0 : untilOf(group, now);
  }

  /**
   * Takes a call of a group's quota. At once where nobody else counts; with shared state after it has answered, which is
   * not waited for long.
   *
   * @param end when whoever asks has no more time
   * @returns may it be sent?
   */
  take(name: string, clock: Pick<Clock, 'now'>, end: number): boolean | Promise<boolean> {
    const group = this.#groups.size === 0 ? undefined : this.#groups.get(name);
    if (group === undefined) return true;
    const begun = clock.now();
    // What is used up here is used up for all.
    const isFull = untilOf(group, begun) > begun;
    const asked = isFull ? undefined : this.#shared?.take(name, group.limits, end - begun);
    if (asked === undefined) return takeHere(group, begun);
    return asked.then((wait) => {
      const now = clock.now();
      // Nobody has answered in time: each counts for itself.
      if (wait === undefined) return takeHere(group, now);
      if (wait > 0) {
        group.fullUntil = Math.max(group.fullUntil, now + wait);
        return false;
      }
      for (const { window } of group.limits) window.count(now);
      return true;
    });
  }
}

function untilOf({ limits, fullUntil }: Group, now: number): number {
  let until = fullUntil;
  for (const { calls, window } of limits) until = Math.max(until, window.until(calls, now));
  return until;
}

function takeHere(group: Group, now: number): boolean {
  if (untilOf(group, now) > now) return false;
  for (const { window } of group.limits) window.count(now);
  return true;
}
