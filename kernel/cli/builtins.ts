import type { BuiltinCommand } from './builtin.ts';
import type { BuiltinName } from './builtin-names.ts';

/** Where each command of the kernel is loaded from. */
export const builtins: Readonly<Record<BuiltinName, () => Promise<{ readonly default: BuiltinCommand }>>> = {
  start: () => import('./commands/start.ts'),
  dev: () => import('./commands/dev.ts'),
  'extension list': () => import('./commands/extension/list.ts'),
  'extension create': () => import('./commands/extension/create.ts'),
  'extension enable': () => import('./commands/extension/enable.ts'),
  'extension disable': () => import('./commands/extension/disable.ts'),
  'extension reload': () => import('./commands/extension/reload.ts'),
  'extension graph': () => import('./commands/extension/graph.ts'),
  'extension why': () => import('./commands/extension/why.ts'),
  'db migrate': () => import('./commands/db/migrate.ts'),
  'db rollback': () => import('./commands/db/rollback.ts'),
  'db status': () => import('./commands/db/status.ts'),
  'db make': () => import('./commands/db/make.ts'),
  'db seed': () => import('./commands/db/seed.ts'),
  'db fresh': () => import('./commands/db/fresh.ts'),
  'db purge': () => import('./commands/db/purge.ts'),
  'db resolve': () => import('./commands/db/resolve.ts'),
  'make entity': () => import('./commands/make/entity.ts'),
  'make provider': () => import('./commands/make/provider.ts'),
  routes: () => import('./commands/routes.ts'),
  hooks: () => import('./commands/hooks.ts'),
  shell: () => import('./commands/shell.ts'),
  test: () => import('./commands/test.ts'),
  doctor: () => import('./commands/doctor.ts'),
};
