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
  readonly #shared: SharedState | undefined;

  constructor(shared?: SharedState) {
    this.#shared = shared;
  }

  /** From now on these quotas hold. What was counted is kept. */
  heed(instances: readonly Counted[]): void {
    const groups = new Map<string, Group>();
    for (const { quotaGroup, quota } of instances) {
      const quotas = quotasOf(quota);
      if (quotas.length === 0) continue;
      const [before, known] = [this.#groups.get(quotaGroup), groups.get(quotaGroup)];
      const limits = [...(known?.limits ?? [])];
      for (const { calls, per } of quotas) {
        const index = limits.findIndex((limit) => limit.per === per);
        const same = limits[index] ?? before?.limits.find((limit) => limit.per === per);
        const limit: Limit = {
          calls: index < 0 ? calls : Math.min(calls, limits[index]?.calls ?? calls),
          per,
          window: same?.window ?? new SlidingWindow(per),
        };
        if (index < 0) limits.push(limit);
        else limits[index] = limit;
      }
      groups.set(quotaGroup, { limits, fullUntil: before?.fullUntil ?? 0 });
    }
    this.#groups = groups;
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
