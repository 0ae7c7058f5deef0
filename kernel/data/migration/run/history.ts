import type { Database } from '../../database/database.ts';
import { SchemaDraft } from '../schema/replay.ts';
import type { Schema } from '../schema/schema.ts';
import type { Survey } from '../survey.ts';
import { type MigrationDetails, type MigrationRecord, Recorder } from './recorder.ts';

/** What was applied, with its steps: from records alone, so that files which are gone are missed by nobody. */
export interface History {
  /** The tables as they are now. */
  readonly draft: SchemaDraft;
  readonly details: ReadonlyMap<string, MigrationDetails>;
  /** The tables before each of the migrations that were asked for. */
  readonly before: ReadonlyMap<string, Schema>;
}

/**
 * @param keys of migrations whose tables before them are asked for
 * @throws MIGRATION_STEP_INVALID when records do not fit each other
 */
export async function historyOf(
  { records }: Pick<Survey, 'records'>,
  databases: ReadonlyMap<string, Database>,
  keys: ReadonlySet<string>,
): Promise<History> {
  const details = new Map<string, MigrationDetails>();
  const byDatabase = Map.groupBy(records.values(), ({ header }) => header.database);
  await Promise.all(
    [...byDatabase].map(async ([name, own]) => {
      const database = databases.get(name);
      if (database === undefined) return;
      const found = await new Recorder(database).details(own.map(({ key }) => key));
      for (const [key, one] of found) details.set(key, one);
    }),
  );
  const draft = new SchemaDraft();
  const before = new Map<string, Schema>();
  for (const { key, extension, header, state } of records.values()) {
    const { database } = header;
    if (keys.has(key)) before.set(key, draft.snapshot(database));
    // One that is half-way is gone through again from its beginning, when it is finished.
    if (state !== 'running') draft.apply({ key, extension, database, steps: details.get(key)?.steps ?? [] });
  }
  draft.settle();
  return { draft, details, before };
}

/** Those that were applied as a whole. */
export function appliedOf({ records }: Survey): readonly MigrationRecord[] {
  return [...records.values()].filter(({ state }) => state !== 'running');
}
