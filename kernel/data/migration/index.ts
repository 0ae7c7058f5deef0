/** Migrations, as `backplane/data` has them. */

export { defineMigration, type Migration, type MigrationOptions } from './define.ts';
export type { LoadModule } from './files/load-file.ts';
export type { MigrationSource } from './files/read-files.ts';
export { differencesOf } from './make/differences.ts';
export { type MadeMigration, type MakeOptions, makeMigrations } from './make/make.ts';
export {
  type MigrateOptions,
  Migrator,
  type MigratorOptions,
  type OwnedTable,
} from './migrator.ts';
export {
  type HeldMigration,
  type MigrationPlan,
  type PlannedMigration,
  type PlannedStep,
  planText,
} from './plan.ts';
export type { ApplyOptions } from './run/apply-jobs.ts';
export type { Purge } from './run/purge.ts';
export type { RollbackOptions } from './run/revert-jobs.ts';
export type { MigrationProgress, MigrationRun } from './run/run-jobs.ts';
export { type Schema, type Schemas, tablesIn } from './schema/schema.ts';
export type { MigrationState, MigrationStatus } from './status.ts';
export type { ColumnSpec, ForeignKeySpec, IndexSpec, TypeName } from './step/column.ts';
export {
  addColumn,
  addForeignKey,
  alterColumn,
  createIndex,
  createSearchIndex,
  createTable,
  dropColumn,
  dropForeignKey,
  dropIndex,
  dropSearchIndex,
  dropTable,
  type RunContext,
  type RunWork,
  renameColumn,
  renameTable,
  run,
  type SchemaStep,
  type SqlOptions,
  type SqlText,
  type Step,
  sql,
  type TableSpec,
} from './step/step.ts';
