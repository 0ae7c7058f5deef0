import type { Step } from './step/step.ts';

export interface MigrationOptions {
  readonly steps: readonly Step[];
  /** Keys of migrations of other extensions that must come first: `auth/0001_initial`. Foreign keys imply theirs. */
  readonly dependsOn?: readonly string[];
  /** Keys of migrations that must come after it. */
  readonly runBefore?: readonly string[];
  /** Keys of migrations that this one stands for, where none of them was applied. */
  readonly replaces?: readonly string[];
  /** `false`: each step by itself, for statements that refuse to be in a transaction. */
  readonly transaction?: boolean;
  /** Name of the database; the default one if left out. */
  readonly database?: string;
}

/** What a file of a folder `migrations/` exports as its default. */
export interface Migration extends MigrationOptions {
  readonly kind: 'migration';
}

/**
 * Defines a migration.
 *
 * @example
 * export default defineMigration({
 *   steps: [addColumn('blog_posts', { name: 'subtitle', type: 'string(200)', nullable: true })],
 * });
 */
export function defineMigration(options: MigrationOptions): Migration {
  return { ...options, kind: 'migration' };
}

export function isMigration(value: unknown): value is Migration {
  return (
    typeof value === 'object' &&
    value !== null &&
    'kind' in value &&
    value.kind === 'migration' &&
    'steps' in value &&
    Array.isArray(value.steps)
  );
}
