import type { Table } from '../../table/table.ts';
import type { Migration } from '../define.ts';
import type { MigrationNode } from '../graph/node.ts';
import type { StepData } from '../step/step-data.ts';
import { applyStep } from './apply-step.ts';
import { defaultDatabase, type Schema, type Schemas } from './schema.ts';

/** A migration as far as tables are concerned. */
export interface Replayed {
  readonly key: string;
  readonly extension: string;
  readonly database: string;
  readonly steps: readonly StepData[];
}

/** The tables of all databases while migrations are applied to them in thought. */
export class SchemaDraft {
  readonly #databases = new Map<string, Map<string, Table>>();
  readonly #settled = new Set<string>();

  /** As it is now. */
  schemas(): Schemas {
    return this.#databases;
  }

  /** A copy of one database's. */
  snapshot(database: string): Schema {
    return new Map(this.#of(database));
  }

  /** Of one database's, these. */
  pick(database: string, names: readonly string[]): Schema {
    const schema = this.#of(database);
    return new Map(
      names.flatMap((name) => {
        const table = schema.get(name);
        return table ? [[name, table] as const] : [];
      }),
    );
  }

  /** @throws MIGRATION_STEP_INVALID */
  apply({ steps, ...origin }: Replayed): void {
    const { database } = origin;
    const schema = this.#of(database);
    for (const step of steps) {
      applyStep(schema, step, origin);
      if (step.kind === 'renameTable' && !this.isNew(database, step.table))
        this.#settled.add(`${database}:${step.to}`);
    }
  }

  /** From here on, tables that are created are new. */
  settle(): void {
    for (const [database, schema] of this.#databases) {
      for (const name of schema.keys()) this.#settled.add(`${database}:${name}`);
    }
  }

  /** Was the table made since {@link settle}? Nothing is in it then, and no running code knows it. */
  isNew(database: string, table: string): boolean {
    return !this.#settled.has(`${database}:${table}`);
  }

  /** As it was when {@link snapshot} gave this. */
  restore(database: string, snapshot: Schema): void {
    this.#databases.set(database, new Map(snapshot));
  }

  #of(database: string): Map<string, Table> {
    const found = this.#databases.get(database) ?? new Map<string, Table>();
    this.#databases.set(database, found);
    return found;
  }
}

/**
 * The tables as migrations leave them, from their files alone.
 *
 * @param order of the migrations, each after those it needs
 * @throws MIGRATION_STEP_INVALID
 */
export function schemasOf(
  order: readonly MigrationNode[],
  migrations: ReadonlyMap<string, Migration>,
): Schemas {
  const draft = new SchemaDraft();
  for (const { key, extension } of order) {
    const migration = migrations.get(key);
    if (migration === undefined) continue;
    const { steps, database = defaultDatabase } = migration;
    draft.apply({ key, extension, database, steps });
  }
  return draft.schemas();
}
