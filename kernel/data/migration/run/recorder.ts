import type { Database } from '../../database/database.ts';
import type { Row } from '../../database/driver.ts';
import { createTable } from '../../table/build.ts';
import type { Column, Table } from '../../table/table.ts';
import type { MigrationHeader } from '../graph/header.ts';
import { hasTable } from '../sql/introspect.ts';
import { isStepData, type StepData } from '../step/step-data.ts';

export const recordTable = 'backplane_migrations';

/** `running` and `reverting`: begun, and ended neither by success nor by a roll-back. */
export type RecordState = 'running' | 'applied' | 'reverting';

/** How far a migration has come that is no single transaction. */
export interface Progress {
  /** Steps that are done. */
  readonly step: number;
  /** Statements of the next step that are done. */
  readonly statement: number;
  /** Has the next statement been sent? If so, and nobody runs, nobody knows whether it took effect. */
  readonly isSent: boolean;
}

/** What a database knows of a migration. */
export interface MigrationRecord extends Progress {
  readonly key: string;
  readonly extension: string;
  readonly checksum: string;
  /** Those that were applied together have the same. */
  readonly batch: number;
  readonly state: RecordState;
  /** ISO 8601 */
  readonly appliedAt: string;
  /** ms */
  readonly duration: number;
  readonly header: MigrationHeader;
}

/** The first statement may have failed, or the process ended before it was sent: a statement that fails leaves nothing. */
function isBegun({ state, step, statement, isSent }: MigrationRecord): boolean {
  return state !== 'running' || step > 0 || statement > 0 || isSent;
}

/** What is kept beside: much of it, and read only to change something. */
export interface MigrationDetails {
  readonly steps: readonly StepData[];
  /** Of each step, so that those that are done are known again in a file that was mended. */
  readonly hashes: readonly string[];
}

/** The records of one database: a table of it, made with the first of them. */
export class Recorder {
  readonly #database: Database;
  #position: number | undefined;

  constructor(database: Database) {
    this.#database = database;
  }

  /** All, in the order of applying; but for those of which nothing was run, which are as good as not begun. */
  async all(): Promise<readonly MigrationRecord[]> {
    if (!(await hasTable(this.#database, recordTable))) return [];
    const columns = table.columns.map(({ name }) => name).filter((name) => name !== 'details');
    const rows: Row[] = await this.#rows().select(columns).orderBy(['batch', 'position']);
    return rows.map(recordOf).filter(isBegun);
  }

  async details(keys: readonly string[]): Promise<ReadonlyMap<string, MigrationDetails>> {
    if (keys.length === 0) return new Map();
    const wanted = new Set(keys);
    const rows: Row[] = await this.#rows().select('key', 'details');
    return new Map(
      rows
        .filter(({ key }) => wanted.has(String(key)))
        .map(({ key, details }) => [String(key), detailsOf(details)]),
    );
  }

  async find(key: string): Promise<MigrationRecord | undefined> {
    const [row]: Row[] = await this.#rows().where({ key });
    return row && recordOf(row);
  }

  /** Makes the table of records where it is missing. */
  async prepare(): Promise<void> {
    const { knex, dialect } = this.#database;
    if (await hasTable(this.#database, recordTable)) return;
    for (const sql of createTable(knex, dialect, table, true)) await this.#database.execute(sql);
  }

  async insert(record: MigrationRecord, details: MigrationDetails): Promise<void> {
    // Only who has the lock inserts.
    this.#position ??= await this.#lastPosition();
    this.#position += 1;
    await this.#rows().insert({ ...rowOf(record, details), position: this.#position });
  }

  async #lastPosition(): Promise<number> {
    const [row]: Row[] = await this.#rows().max('position as position');
    return Number(row?.position ?? 0);
  }

  async update(key: string, change: Partial<MigrationRecord>, details?: MigrationDetails): Promise<void> {
    await this.#rows().where({ key }).update(rowOf(change, details));
  }

  async delete(keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.#rows().where({ key }).delete();
  }

  #rows() {
    return this.#database.knex(recordTable);
  }
}

const column = (name: string, type: Column['type']): Column => ({
  name,
  type,
  nullable: false,
  owner: 'kernel',
});

const table: Table = {
  name: recordTable,
  columns: [
    column('key', { kind: 'string', length: 200 }),
    column('extension', { kind: 'string', length: 100 }),
    column('checksum', { kind: 'string', length: 64 }),
    column('batch', { kind: 'integer' }),
    // Within the batches: clocks may go back, and several begin in the same millisecond.
    column('position', { kind: 'integer' }),
    column('state', { kind: 'string', length: 10 }),
    column('applied_at', { kind: 'string', length: 24 }),
    column('duration', { kind: 'number' }),
    column('step', { kind: 'integer' }),
    column('statement', { kind: 'integer' }),
    column('is_sent', { kind: 'integer' }),
    column('header', { kind: 'text' }),
    column('details', { kind: 'text' }),
  ],
  primaryKey: ['key'],
  indexes: [],
  foreignKeys: [],
};

function rowOf(record: Partial<MigrationRecord>, details: MigrationDetails | undefined): Row {
  const { header, isSent, appliedAt, ...rest } = record;
  return {
    ...rest,
    ...(appliedAt === undefined ? {} : { applied_at: appliedAt }),
    ...(isSent === undefined ? {} : { is_sent: isSent ? 1 : 0 }),
    ...(header ? { header: JSON.stringify(header) } : {}),
    ...(details ? { details: JSON.stringify(details) } : {}),
  };
}

const states: ReadonlySet<unknown> = new Set<RecordState>(['running', 'applied', 'reverting']);

function isState(value: unknown): value is RecordState {
  return states.has(value);
}

function recordOf(row: Row): MigrationRecord {
  const { state } = row;
  return {
    key: String(row.key),
    extension: String(row.extension),
    checksum: String(row.checksum),
    batch: Number(row.batch),
    state: isState(state) ? state : 'running',
    appliedAt: String(row.applied_at),
    duration: Number(row.duration),
    step: Number(row.step),
    statement: Number(row.statement),
    isSent: Number(row.is_sent) === 1,
    header: headerFrom(parse(row.header)),
  };
}

function detailsOf(text: unknown): MigrationDetails {
  const value = parse(text);
  const given: Readonly<Record<string, unknown>> = typeof value === 'object' && value ? { ...value } : {};
  const { steps, hashes } = given;
  return {
    steps: Array.isArray(steps) ? steps.filter(isStepData) : [],
    hashes: Array.isArray(hashes) ? hashes.map(String) : [],
  };
}

function headerFrom(value: unknown): MigrationHeader {
  const given: Readonly<Record<string, unknown>> = typeof value === 'object' && value ? { ...value } : {};
  const names = (name: string): readonly string[] => {
    const list = given[name];
    return Array.isArray(list) ? list.map(String) : [];
  };
  return {
    dependsOn: names('dependsOn'),
    runBefore: names('runBefore'),
    replaces: names('replaces'),
    database: String(given.database),
    creates: names('creates'),
    needs: names('needs'),
  };
}

function parse(text: unknown): unknown {
  return typeof text === 'string' ? JSON.parse(text) : undefined;
}
