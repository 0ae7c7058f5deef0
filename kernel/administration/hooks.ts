import { hookRegistry } from '../resource/index.ts';
import type { Snapshot } from '../snapshot/index.ts';

/** One row of `GET /kernel/hooks` and `backplane hooks`. */
export interface HookInfo {
  /** `*`: of all entities. */
  readonly entity: string;
  readonly operation: string;
  readonly phase: string;
  readonly priority: number;
  readonly extension: string;
  readonly id: string;
  readonly file: string;
}

const phases: readonly string[] = ['around', 'before', 'after', 'afterCommit'];

/** Every hook by entity and operation, those of each in the order in which they are called. */
export function listHooks(snapshot: Snapshot): readonly HookInfo[] {
  const list = snapshot.get(hookRegistry).all.map(
    ({ hook, owner, source }): HookInfo => ({
      entity: hook.entity,
      operation: hook.operation,
      phase: hook.phase,
      priority: hook.priority,
      extension: owner.name,
      id: hook.id ?? source,
      file: source,
    }),
  );
  // Sorting keeps the order of equals, which is that of their calls.
  return list.sort(
    (one, other) =>
      compare(one.entity, other.entity) ||
      compare(one.operation, other.operation) ||
      phases.indexOf(one.phase) - phases.indexOf(other.phase),
  );
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
