import type { Database } from '../database/database.ts';
import type { Row } from '../database/driver.ts';
import type { EntityCatalog } from '../entity/catalog.ts';
import type { EntitySchema } from '../entity/entity-schema.ts';
import { runOnTables } from '../table/outdated.ts';
import { planAggregate } from './aggregate-plan.ts';
import { type Access, beginPlanning } from './begin-planning.ts';
import { comparesVectors } from './compares-vectors.ts';
import { type Cursor, invalidCursor } from './cursor.ts';
import type { ReadRow } from './decode.ts';
import { type AggregateRow, aggregateErrorOf } from './decode-aggregate.ts';
import { checkRequest, readRequest, searches } from './given-request.ts';
import { planGet, planList, planWhere } from './list-plan.ts';
import { inOrderOf, planNearest } from './near-scan.ts';
import { type Page, pageOf } from './page.ts';
import type { Deleted, ListPlan, NearPlan, Predicate, Source } from './plan.ts';
import { type Planning, withDeleted } from './planning.ts';
import { type AggregateRequest, defaultLimits, type ReadLimits, type ReadRequest } from './request.ts';
import { SearchIndexes } from './search-indexes.ts';
import type { SearchMethod } from './search-plan.ts';
import { type CountMethod, estimateOf, readCount } from './sql/count.ts';
import { isSplit } from './sql/keyset.ts';
import { bind, type Statement } from './sql/writing.ts';
import { type ListStatement, Statements } from './statements.ts';

export interface ReadOptions {
  /** The row rule of each entity, applied wherever rows of it are looked at. */
  readonly access?: Access | undefined;
  /** What becomes of rows marked as deleted, of the entity that is asked for; `exclude` if left out. */
  readonly deleted?: Deleted | undefined;
  /** May a replica answer, whose rows may be a moment old? */
  readonly replica?: boolean | undefined;
}

/** The rows of a list as the database gives them, one more than asked for if there are more. */
interface ListRows {
  readonly statement: ListStatement;
  readonly rows: Row[];
}

/** Reads the entities of one database. Keeps the SQL of each shape of request that it has seen. */
export class Reader {
  readonly #database: Database;
  readonly #catalog: EntityCatalog;
  readonly #limits: ReadLimits;
  readonly #statements: Statements;
  readonly #searchIndexes: SearchIndexes;
  #comparesVectors: Promise<boolean> | undefined;

  constructor(database: Database, catalog: EntityCatalog, limits: Partial<ReadLimits> = {}) {
    this.#database = database;
    this.#catalog = catalog;
    this.#limits = { ...defaultLimits, ...limits };
    this.#searchIndexes = new SearchIndexes(database);
    this.#statements = new Statements(catalog, database.dialect);
  }

  /**
   * A page of an entity's rows, with what is to be read along, in one statement; another one counts.
   *
   * @param request itself, or the query of a URL as `parseQuery` reads it: the faults of both are told at once then
   * @throws ENTITY_UNKNOWN, QUERY_INVALID, QUERY_FORBIDDEN, CURSOR_INVALID, or a FaultList with all faults
   */
  async list(
    entity: string,
    request: ReadRequest | URLSearchParams = {},
    options: ReadOptions = {},
  ): Promise<Page> {
    const schema = this.#catalog.get(entity);
    return this.#ask(schema, request, options, async (planning, search) => {
      const asked = readRequest(planning, schema, request);
      const { plan, cursor } = planList(planning, schema, asked, { deleted: options.deleted, search });
      const { values } = planning;
      const { statement, rows } =
        plan.near === undefined
          ? await this.#page(schema, plan, cursor, values, options)
          : await this.#nearest(plan, plan.near, values, options);
      const { count: wanted = 'none' } = asked;
      const method = wanted === 'estimated' ? estimateOf(this.#database.dialect) : 'exact';
      const count = wanted === 'none' ? undefined : await this.#count(plan, method, values, options);
      return pageOf(plan, statement, rows, count);
    });
  }

  /**
   * The row with this id, `undefined` if there is none or rules hide it.
   *
   * @throws as {@link list}
   */
  async get(
    entity: string,
    id: string,
    request: Pick<ReadRequest, 'fields' | 'include'> = {},
    options: ReadOptions = {},
  ): Promise<ReadRow | undefined> {
    const schema = this.#catalog.get(entity);
    const planning = this.#begin(options);
    checkRequest(planning, schema, request);
    const plan = planGet(planning, schema, id, request, options.deleted);
    const { statement, decoder } = this.#statements.list(plan);
    const rows = await this.#run(statement, planning.values, options);
    decoder.decode(rows);
    return rows[0];
  }

  /** The statement of a list, for people who want to know: it is not run. @throws as {@link list} */
  async explain(
    entity: string,
    request: ReadRequest = {},
    options: ReadOptions = {},
  ): Promise<{ readonly sql: string; readonly parameters: readonly unknown[] }> {
    const schema = this.#catalog.get(entity);
    return this.#ask(schema, request, options, async (planning, search) => {
      const { plan } = planList(planning, schema, request, { deleted: options.deleted, search });
      const { statement } = this.#statements.list(plan);
      return { sql: statement.sql, parameters: bind(statement, planning.values) };
    });
  }

  /** How many rows there are. @throws as {@link list} */
  async count(
    entity: string,
    request: Pick<ReadRequest, 'filter' | 'search'> = {},
    options: ReadOptions = {},
  ): Promise<number> {
    const schema = this.#catalog.get(entity);
    return this.#ask(schema, request, options, async (planning, search) => {
      checkRequest(planning, schema, request);
      const source = withDeleted(planning.source(schema), options.deleted);
      const where = planWhere(planning, schema, request, search);
      planning.faults.throwAny();
      const rows = { source, ...(where === undefined ? {} : { where }) };
      return this.#count(rows, 'exact', planning.values, options);
    });
  }

  /**
   * Numbers about rows, for all of them or for each group of those that have the same values.
   *
   * @returns a row for each group, in the order of its values, NULL first
   * @throws as {@link list}
   */
  async aggregate(
    entity: string,
    request: AggregateRequest,
    options: ReadOptions = {},
  ): Promise<readonly AggregateRow[]> {
    const schema = this.#catalog.get(entity);
    return this.#ask(schema, request, options, async (planning, search) => {
      checkRequest(planning, schema, request);
      const plan = planAggregate(planning, schema, request, { deleted: options.deleted, search });
      const { statement, decode } = this.#statements.aggregate(plan);
      try {
        return decode(await this.#run(statement, planning.values, options));
      } catch (error) {
        throw aggregateErrorOf(entity, error);
      }
    });
  }

  #begin({ access }: ReadOptions): Planning {
    return beginPlanning(this.#catalog, this.#limits, access);
  }

  /** Plans and runs a request, and knows how to search where it asks for that. */
  async #ask<Result>(
    entity: EntitySchema,
    given: unknown,
    options: ReadOptions,
    work: (planning: Planning, search: SearchMethod | undefined) => Promise<Result>,
  ): Promise<Result> {
    return searches(given)
      ? this.#searchIndexes.search(entity, (search) => work(this.#begin(options), search))
      : work(this.#begin(options), undefined);
  }

  async #page(
    entity: EntitySchema,
    plan: ListPlan,
    cursor: Cursor | undefined,
    values: readonly unknown[],
    options: ReadOptions,
  ): Promise<ListRows> {
    const statement = this.#statements.list(plan);
    if (cursor !== undefined && cursor.hash !== statement.hash) throw invalidCursor();
    const rows =
      (await this.#rowsWithin(entity, plan, values, options)) ??
      (await this.#run(statement.statement, values, options));
    return { statement, rows };
  }

  /** By the database where it can compare vectors; otherwise here, by all of them. */
  async #nearest(
    plan: ListPlan,
    near: NearPlan,
    values: readonly unknown[],
    options: ReadOptions,
  ): Promise<ListRows> {
    this.#comparesVectors ??= comparesVectors(this.#database);
    if (await this.#comparesVectors) {
      const statement = this.#statements.list(plan);
      return { statement, rows: await this.#run(statement.statement, values, options) };
    }
    const { statement: reading, decode } = this.#statements.vectors(plan, near);
    const located = await this.#run(reading, values, options);
    const list = planNearest(plan, near, values, located, decode);
    const statement = this.#statements.list(list.plan);
    const rows = await this.#run(statement.statement, list.values, options);
    return { statement, rows: inOrderOf(list.ids, rows) };
  }

  /**
   * The rows of a page if all of them lie within one range of an index, which spares the database to read all rows before
   * them; `undefined` if that does not apply.
   */
  async #rowsWithin(
    entity: EntitySchema,
    plan: ListPlan,
    values: readonly unknown[],
    options: ReadOptions,
  ): Promise<Row[] | undefined> {
    const { keyset, order, limit } = plan;
    if (keyset === undefined || !isSplit(entity, order, keyset)) return undefined;
    const { statement } = this.#statements.list({ ...plan, keyset: { ...keyset, within: true } });
    const rows = await this.#run(statement, values, options);
    return rows.length > limit ? rows : undefined;
  }

  async #count(
    { source, where }: { readonly source: Source; readonly where?: Predicate },
    method: CountMethod,
    values: readonly unknown[],
    options: ReadOptions,
  ): Promise<number> {
    const statement = this.#statements.count(source, where, method);
    return readCount(await this.#run(statement, values, options), method, this.#database.dialect);
  }

  #run(
    statement: Statement,
    values: readonly unknown[],
    { replica = false }: ReadOptions,
  ): Row[] | Promise<Row[]> {
    return runOnTables(this.#database, statement.sql, bind(statement, values), { replica });
  }
}
