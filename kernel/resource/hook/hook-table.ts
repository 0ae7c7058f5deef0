import type { Contribution } from '../../snapshot/index.ts';
import type { HookOwner } from './call.ts';
import type { Hook, Phase } from './define.ts';

/** A hook and whose it is. */
export interface OwnedHook {
  readonly hook: Hook;
  readonly owner: HookOwner;
  /** File it comes from. */
  readonly source: string;
}

/** The hooks of one operation, each phase in the order of its calls. */
export type Chain = Readonly<Record<Phase, readonly OwnedHook[]>>;

const noHooks: readonly OwnedHook[] = Object.freeze([]);

/** All hooks, by entity and operation. */
export class HookTable {
  readonly all: readonly OwnedHook[];
  readonly #chains = new Map<string, Chain | undefined>();

  /** @param contributions in the order of the extensions */
  constructor(contributions: readonly Contribution<Hook, HookOwner>[]) {
    this.all = contributions
      .map(({ value: hook, owner, source }, place) => ({ hook, owner, source, place }))
      .sort((one, other) => other.hook.priority - one.hook.priority || one.place - other.place);
  }

  /** `undefined` if there are none. */
  chain(entity: string, operation: string): Chain | undefined {
    const key = `${entity} ${operation}`;
    if (!this.#chains.has(key)) this.#chains.set(key, this.#make(entity, operation));
    return this.#chains.get(key);
  }

  #make(entity: string, operation: string): Chain | undefined {
    const fitting = this.all.filter(
      ({ hook }) =>
        (hook.entity === '*' || hook.entity === entity) &&
        (hook.operation === '*' || hook.operation === operation),
    );
    if (fitting.length === 0) return undefined;
    const of = (phase: Phase): readonly OwnedHook[] => {
      const found = fitting.filter(({ hook }) => hook.phase === phase);
      return found.length === 0 ? noHooks : found;
    };
    return { around: of('around'), before: of('before'), after: of('after'), afterCommit: of('afterCommit') };
  }
}
