import { BackplaneError, isBackplaneError } from '../../errors.ts';
import type { AnyEntity, Create, Entity, PivotName, PivotValues, Update } from '../entity/types.ts';
import type { EntityModel } from '../model/entity-model.ts';
import type { EntityRow } from '../model/row.ts';
import type { Page, PageRequest } from '../query/pages.ts';
import { queryInvalid } from '../query/place.ts';
import { Query } from '../query/query.ts';
import type { FieldName, Matching } from '../query/types.ts';
import { isRecord, shown } from '../value/shown.ts';
import { checkChanges, type Input, rowInvalid, type WriteOptions } from '../write/input.ts';
import { PivotRows } from './pivot-rows.ts';
import type { RowStore, UpdateOptions } from './row-store.ts';
import { upsertFault } from './upsert-fields.ts';

/**
 * The rows of one entity, for the server's own code: it checks no access.
 *
 * @example
 * const posts = data.repository(Post);
 * const post = await posts.create({ title: 'Hello', slug: 'hello', authorId: author.id });
 * await posts.update(post.id, { status: 'published' });
 */
export class Repository<Definition = AnyEntity> {
  readonly #model: EntityModel;
  readonly #store: RowStore;

  constructor(store: RowStore) {
    this.#model = store.model;
    this.#store = store;
  }

  /** A query of these rows, to be told more. */
  query(): Query<Definition> {
    return new Query(this.#model);
  }

  /** @throws ROW_INVALID with all faults, ROW_DUPLICATE, ROW_REFERENCE_MISSING */
  async create(input: Create<Definition>, options?: WriteOptions): Promise<Entity<Definition>> {
    const [row] = await this.#store.insert([input], options);
    return this.#typed(row);
  }

  /** Inserts all rows or none, many with each statement. @throws as {@link create} */
  async createMany(
    inputs: readonly Create<Definition>[],
    options?: WriteOptions,
  ): Promise<Entity<Definition>[]> {
    const rows = await this.#store.insert(inputs, options);
    return rows as Entity<Definition>[];
  }

  /** @throws QUERY_IMPOSSIBLE for an id that is no text */
  async find(id: string): Promise<Entity<Definition> | undefined> {
    const row = await this.#store.find(id);
    return row && this.#typed(row);
  }

  /** @throws ROW_NOT_FOUND, QUERY_IMPOSSIBLE for an id that is no text */
  async findOrFail(id: string): Promise<Entity<Definition>> {
    const found = await this.find(id);
    if (found !== undefined) return found;
    throw new BackplaneError('ROW_NOT_FOUND', { entity: this.#model.schema.name, id });
  }

  /** All rows there are. Where they may be many, take `query().cursor()` or `query().chunk()`. */
  all(): Promise<Entity<Definition>[]> {
    return this.query().get();
  }

  /**
   * Changes one row. `updatedAt` grows with every change.
   * @throws ROW_NOT_FOUND, ROW_CHANGED, ROW_INVALID with all faults, ROW_DUPLICATE, ROW_REFERENCE_MISSING
   */
  async update(
    id: string,
    changes: Update<Definition>,
    options?: UpdateOptions,
  ): Promise<Entity<Definition>> {
    return this.#typed(await this.#store.update(id, changes, options));
  }

  /**
   * Deletes one row, or marks it where the entity says so.
   * @returns was there one?
   * @throws ROW_REFERENCED
   */
  delete(id: string): Promise<boolean> {
    return this.#store.delete(id);
  }

  /** Takes the mark of deletion off. @throws ROW_NOT_FOUND when no row with this id has it, ROW_DUPLICATE */
  async restore(id: string): Promise<Entity<Definition>> {
    return this.#typed(await this.#store.restore(id));
  }

  /** Deletes one row for good, marked or not. @returns was there one? @throws ROW_REFERENCED */
  forceDelete(id: string): Promise<boolean> {
    return this.#store.forceDelete(id);
  }

  /** @param fields with the values that rows must have; all rows if left out */
  count(fields: Matching<Definition> = {}): Promise<number> {
    return this.query().where(fields).count();
  }

  /** A page of all rows, in the order of their ids, with their number. */
  paginate(request: PageRequest = {}): Promise<Page<Entity<Definition>>> {
    return this.query().paginate(request);
  }

  /**
   * Runs `work` in a transaction of the entity's database: whatever it does there, by this repository or any other, is
   * part of it. Within another transaction it can be rolled back alone.
   */
  transaction<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.#model.database.transaction(work);
  }

  /**
   * Creates a row, or changes the one that has the same values in some fields already.
   *
   * @param by fields that tell rows apart: a unique one, or a unique group
   * @throws QUERY_IMPOSSIBLE for fields that several rows may share, ROW_INVALID with all faults, ROW_DUPLICATE, ROW_REFERENCE_MISSING
   */
  async upsert(
    by: FieldName<Definition> | readonly FieldName<Definition>[],
    values: Create<Definition>,
  ): Promise<Entity<Definition>> {
    if (!isRecord(values)) {
      const message = `it must be an object of fields, not ${shown(values)}`;
      throw rowInvalid(this.#model, [{ pointer: '', message }]);
    }
    const { id, ...changes } = values as Input;
    // Before they are asked for: as values of a row, not of a query.
    checkChanges(this.#model, changes);
    const names = this.#texts('fields to find the row by', by);
    const reason = upsertFault(this.#model.schema, names, values as Input);
    if (reason !== undefined) throw queryInvalid(this.#model, reason);
    const fields = Object.fromEntries(names.map((name) => [name, (values as Input)[name]]));
    const existing = this.query().where(fields as Matching<Definition>);
    const found = await existing.pluck('id');
    const [known] = found;
    if (known !== undefined) return this.#typed(await this.#store.update(String(known), changes));
    try {
      // A part of its own, so that on PostgreSQL a transaction around it survives the attempt.
      return await this.transaction(() => this.create(values));
    } catch (error) {
      const created =
        isBackplaneError(error) && error.code === 'ROW_DUPLICATE' ? await existing.pluck('id') : [];
      if (created[0] === undefined) throw error;
      return this.#typed(await this.#store.update(String(created[0]), changes));
    }
  }

  /**
   * Ties a row to rows at the other end of a `manyToMany`. Pairs that are there already get the fields given now.
   *
   * @param fields of each pair
   * @throws ROW_INVALID, ROW_REFERENCE_MISSING
   */
  async attach<Name extends PivotName<Definition>>(
    id: string,
    relation: Name,
    targets: string | readonly string[],
    fields?: PivotValues<Definition, Name>,
  ): Promise<void> {
    return this.#pivot(relation).attach(id, this.#texts('ids', targets), fields ?? {});
  }

  /** Unties a row from rows at the other end of a `manyToMany`, from all of them if none are given. */
  async detach(
    id: string,
    relation: PivotName<Definition>,
    targets?: string | readonly string[],
  ): Promise<void> {
    const ids = targets === undefined ? undefined : this.#texts('ids', targets);
    return this.#pivot(relation).detach(id, ids);
  }

  #texts(what: string, given: unknown): readonly string[] {
    const list: unknown = typeof given === 'string' ? [given] : given;
    if (Array.isArray(list) && list.every((one) => typeof one === 'string')) return list;
    throw queryInvalid(this.#model, `${what} must be texts, not ${shown(given)}.`);
  }

  #pivot(relation: string): PivotRows {
    return new PivotRows(this.#model, relation);
  }

  /** The store has made the row by the definition: this is where it gets the type that says so. */
  #typed(row: EntityRow | undefined): Entity<Definition> {
    return row as Entity<Definition>;
  }
}
