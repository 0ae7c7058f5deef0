import { defineRegistry } from '../../snapshot/index.ts';
import type { HookOwner } from './call.ts';
import { Hook } from './define.ts';
import { HookTable } from './hook-table.ts';

/** Collects `hooks/`. What they name is checked where entities and methods are known: in `resources`. */
export const hookRegistry = defineRegistry<Hook, HookTable, HookOwner>({
  name: 'hooks',
  folder: 'hooks',
  expected: "a hook made with hooks.before(Post, 'create', …) or its like",
  accepts: (value) => value instanceof Hook,
  compile: (contributions) => new HookTable(contributions),
});
