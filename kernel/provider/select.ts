import type { Why } from './attempt.ts';
import type { Strategy } from './capability.ts';
import type { Cooling } from './cooling.ts';
import type { Instance } from './instance.ts';
import type { Quotas } from './quotas.ts';
import { type Drawing, sticky, strategies } from './strategies.ts';

export interface Selection extends Drawing {
  readonly candidates: readonly Instance[];
  readonly strategy: Strategy;
  readonly cooling: Cooling;
  readonly quotas: Quotas;
  readonly affinity: string | undefined;
  /** Those that have been tried in this call. */
  readonly tried: ReadonlySet<Instance> | undefined;
  /** Take one of those, now that nobody else is left? */
  readonly again: boolean;
  /** Only whoever knows the keys of this domain. */
  readonly domain: string | undefined;
  /** May a live call find out whether an instance is back? */
  readonly mayProbe: (instance: Instance) => boolean;
}

/** Whom to ask, and why. */
export interface Chosen {
  readonly instance: Instance;
  readonly isProbe: boolean;
  readonly why: Why;
}

export type Selected = Chosen | Refused;

/** Nobody can be asked now. */
export interface Refused {
  readonly instance?: undefined;
  /** Is somebody left who has been tried already? */
  readonly hasTried: boolean;
  /** When the first of those that rest, or have used up their quota, can be asked again: worth waiting for. */
  readonly restsUntil: number | undefined;
  /** When the first of those whose breaker is open is probed. */
  readonly opensAt: number | undefined;
  /** What stands in the way of each. */
  readonly reasons: readonly string[];
}

type Obstacle = 'tried' | 'disabled' | 'rests' | 'quota' | 'breaker' | 'full';

/**
 * Chooses whom to ask: the lowest priority that has somebody who can be asked, there a probe that is due, else by affinity
 * or strategy. Pure: nothing changes by asking. Never one that has been tried while another is left.
 */
export function select(selection: Selection): Selected {
  const { candidates, now, domain } = selection;
  let usable: Instance[] | undefined;
  let priority = Number.POSITIVE_INFINITY;
  for (const instance of candidates) {
    if (domain !== undefined && instance.deduplication !== domain) continue;
    if (instance.priority > priority || obstacleTo(instance, selection) !== undefined) continue;
    if (instance.priority < priority) {
      priority = instance.priority;
      usable = [instance];
    } else usable?.push(instance);
  }
  const [first, ...others] = usable ?? [];
  if (first === undefined) return refusal(selection);
  const tier = [first, ...others] as const;
  // One that comes back is found out about by one call; without it, it would never be asked again.
  const probed = tier.find(({ state }) => state.breaker.state === 'open');
  if (probed) return { instance: probed, isProbe: true, why: 'probe of an open breaker' };
  if (domain !== undefined)
    return { instance: draw(tier, selection), isProbe: false, why: 'knows the idempotency key' };
  if (selection.again)
    return { instance: draw(tier, selection), isProbe: false, why: 'tried before, nobody else is left' };
  if (others.length === 0) return { instance: first, isProbe: false, why: whyAlone(first, selection) };
  const instance = draw(sparing(tier, selection), selection);
  const why = selection.affinity === undefined ? (`drawn by ${selection.strategy}` as const) : 'affinity';
  return { instance, isProbe: false, why };

  function draw(from: readonly [Instance, ...Instance[]], drawing: Selection): Instance {
    return drawing.affinity === undefined
      ? strategies[drawing.strategy](from, { now, random: drawing.random, turn: drawing.turn })
      : sticky(from, drawing.affinity);
  }
}

/** Others may wait behind it: whoever reads of a failover later shall not think that there was nobody else. */
function whyAlone(first: Instance, selection: Selection): Why {
  const isFollowed = selection.candidates.some(
    (one) => one.priority > first.priority && obstacleTo(one, selection) === undefined,
  );
  return isFollowed ? 'the first by priority' : 'the only one that can be asked';
}

/** Without some of those that have just come back, unless nobody else is there. */
function sparing(
  tier: readonly [Instance, ...Instance[]],
  { now, random }: Selection,
): readonly [Instance, ...Instance[]] {
  if (tier.every(({ state }) => state.breaker.share(now) === 1)) return tier;
  const [first, ...others] = tier.filter(({ state }) => {
    const share = state.breaker.share(now);
    return share === 1 || random() < share;
  });
  return first === undefined ? tier : [first, ...others];
}

function obstacleTo(instance: Instance, selection: Selection): Obstacle | undefined {
  const { tried, again, now, cooling, quotas, mayProbe } = selection;
  const { state } = instance;
  if (state.disabled !== undefined) return 'disabled';
  if (tried?.has(instance) && !again) return 'tried';
  if (restOf(instance, cooling) > now) return 'rests';
  if (quotas.until(instance.quotaGroup, now) > now) return 'quota';
  const admission = state.breaker.admits(now);
  if (admission === 'no' || (admission === 'probe' && !mayProbe(instance))) return 'breaker';
  return state.pending >= instance.concurrency ? 'full' : undefined;
}

/** Until when it rests: itself, its quota group, or all of its driver. */
export function restOf({ quotaGroup, restName, provider }: Instance, cooling: Cooling): number {
  return Math.max(cooling.until(quotaGroup), cooling.until(restName), cooling.until(provider));
}

function refusal(selection: Selection): Refused {
  const { candidates, domain, cooling, quotas, now } = selection;
  let hasTried = false;
  let restsUntil: number | undefined;
  let opensAt: number | undefined;
  const reasons: string[] = [];
  for (const instance of candidates) {
    if (domain !== undefined && instance.deduplication !== domain) continue;
    const { name, state } = instance;
    if (selection.tried?.has(instance)) hasTried = true;
    // What else stands in the way of one that was tried.
    switch (obstacleTo(instance, { ...selection, again: true })) {
      case 'rests': {
        const until = restOf(instance, cooling);
        restsUntil = Math.min(restsUntil ?? until, until);
        reasons.push(`"${name}" rests after it was throttled`);
        break;
      }
      case 'quota': {
        const until = quotas.until(instance.quotaGroup, now);
        restsUntil = Math.min(restsUntil ?? until, until);
        reasons.push(`the quota of "${name}" is used up`);
        break;
      }
      case 'breaker':
        opensAt = Math.min(opensAt ?? state.breaker.openUntil, state.breaker.openUntil);
        reasons.push(`the breaker of "${name}" is open`);
        break;
      case 'disabled':
        reasons.push(`"${name}" is disabled: ${state.disabled}`);
        break;
      case 'full':
        reasons.push(`"${name}" has ${instance.concurrency} calls on their way`);
        break;
      default:
    }
  }
  return { hasTried, restsUntil, opensAt, reasons };
}
