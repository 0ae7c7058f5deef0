import { BackplaneError } from '../../errors.ts';
import type { EntityModel } from '../model/entity-model.ts';
import type { EntityRow } from '../model/row.ts';
import { deleteRows, filtered, patchRows, removeRows, withTime } from '../query/change.ts';
import { selectStatement } from '../query/run.ts';
import { type Clause, type Deleted, emptyState, type QueryState } from '../query/state.ts';
import { knexStatement } from '../query/statement.ts';
import { runOnTables } from '../table/outdated.ts';
import { shown } from '../value/shown.ts';
import { checkChanges, completeRows, type Input, rowInvalid, type WriteOptions } from '../write/input.ts';
import { Inserter } from '../write/insert.ts';
import { rowErrorOf } from '../write/row-error.ts';
import { isRowId } from './row-id.ts';

const nobody = '00000000-0000-0000-0000-000000000000';

export interface UpdateOptions extends WriteOptions {
  /** `updatedAt` of the row as the caller has seen it; a row that has changed since is left alone. */
  readonly ifUpdatedAt?: string | undefined;
}

/** Rows of one entity by their ids, without the types that its definition gives them. */
export class RowStore {
  readonly model: EntityModel;
  readonly #inserter: Inserter;
  #findSql: string | undefined;

  constructor(model: EntityModel) {
    this.model = model;
    const columns = model.codecs.map(({ field }) => field.column);
    this.#inserter = new Inserter(model.database, model.schema.table, columns);
  }

  /** @throws ROW_INVALID, ROW_DUPLICATE, ROW_REFERENCE_MISSING */
  async insert(inputs: unknown, options: WriteOptions = {}): Promise<EntityRow[]> {
    if (!Array.isArray(inputs)) {
      const message = `rows must come as a list, not as ${shown(inputs)}`;
      throw rowInvalid(this.model, [{ pointer: '', message }]);
    }
    const made = completeRows(this.model, inputs, options);
    const rows = made.map(({ row }) => row);
    try {
      await this.#inserter.insert(made.map(({ parameters }) => parameters));
    } catch (error) {
      throw await rowErrorOf(this.model, error, { kind: 'write', rows });
    }
    return rows;
  }

  async find(id: string): Promise<EntityRow | undefined> {
    if (!isRowId(this.model, id)) return undefined;
    // The same text for every id: built once, prepared once.
    this.#findSql ??= selectStatement(this.model, byId(nobody)).sql;
    const [record] = await runOnTables(this.model.database, this.#findSql, [id.toLowerCase()]);
    return record && this.model.fromColumns(record);
  }

  /**
   * @param ifUpdatedAt the row must not have changed since
   * @throws ROW_NOT_FOUND, ROW_CHANGED, ROW_INVALID, ROW_DUPLICATE, ROW_REFERENCE_MISSING
   */
  async update(
    id: string,
    input: unknown,
    { ifUpdatedAt, ...options }: UpdateOptions = {},
  ): Promise<EntityRow> {
    const changes = checkChanges(this.model, input, options);
    if (Object.keys(changes).length === 0 && ifUpdatedAt === undefined) {
      return (await this.find(id)) ?? this.#missing(id);
    }
    const unchanged: readonly Clause[] = ifUpdatedAt === undefined ? [] : [equal('updatedAt', ifUpdatedAt)];
    const changed = isRowId(this.model, id)
      ? await this.#change(id, changes, 'without', unchanged)
      : undefined;
    if (changed) return changed;
    if (ifUpdatedAt !== undefined && (await this.find(id))) {
      throw new BackplaneError('ROW_CHANGED', { entity: this.model.schema.name, id });
    }
    return this.#missing(id);
  }

  /** @returns was there one? */
  async delete(id: string): Promise<boolean> {
    return isRowId(this.model, id) && (await deleteRows(this.model, byId(id))) > 0;
  }

  async forceDelete(id: string): Promise<boolean> {
    return isRowId(this.model, id) && (await removeRows(this.model, byId(id, 'with'))) > 0;
  }

  /** @throws ROW_NOT_FOUND when no row with this id is marked as deleted, ROW_DUPLICATE */
  async restore(id: string): Promise<EntityRow> {
    const restored = isRowId(this.model, id)
      ? await this.#change(id, { deletedAt: null }, 'only')
      : undefined;
    return restored ?? this.#missing(id);
  }

  async #change(
    id: string,
    changes: Input,
    deleted: Deleted,
    clauses: readonly Clause[] = [],
  ): Promise<EntityRow | undefined> {
    const { model } = this;
    const before = byId(id, deleted);
    const state: QueryState = { ...before, clauses: [...before.clauses, ...clauses] };
    const { dialect } = model.database;
    if (dialect !== 'sqlite' && dialect !== 'postgres') {
      return (await patchRows(model, state, changes)) > 0 ? this.find(id) : undefined;
    }
    try {
      const query = filtered(model, state).patch(withTime(model, changes)).toKnexQuery();
      const { sql, bindings } = knexStatement(
        model.database,
        query.returning(model.codecs.map(({ field }) => field.column)),
      );
      const [record] = await model.database.run(sql, bindings);
      return record && model.fromColumns(record);
    } catch (error) {
      throw await rowErrorOf(model, error, { kind: 'write', rows: [changes] });
    }
  }

  #missing(id: string): never {
    throw new BackplaneError('ROW_NOT_FOUND', { entity: this.model.schema.name, id });
  }
}

function byId(id: string, deleted: Deleted = 'without'): QueryState {
  return { ...emptyState, deleted, clauses: [equal('id', id)] };
}

function equal(field: string, value: string): Clause {
  return { or: false, not: false, condition: { kind: 'compare', field, operator: '=', value } };
}
