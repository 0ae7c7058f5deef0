import type { Database } from '../database/database.ts';
import type { Row } from '../database/driver.ts';
import type { EntityCatalog } from '../entity/catalog.ts';

import type { EntitySchema } from '../entity/entity-schema.ts';
import { type Access, beginPlanning } from './begin-planning.ts';
import { invalidCursor, writeCursor } from './cursor.ts';
import { type Decoder, decoderOf, type ReadRow } from './decode.ts';
import { LeastRecentlyUsed } from './least-recently-used.ts';
import { planGet, planList, planWhere } from './list-plan.ts';
import type { Deleted, ListPlan, Predicate, Source } from './plan.ts';
import { planHash } from './plan-hash.ts';
import { withDeleted } from './planning.ts';
import { defaultLimits, type ReadLimits, type ReadRequest } from './request.ts';
import { syntaxOf } from './sql/dialects.ts';
import { isSplit } from './sql/keyset.ts';
import { countSql, listSql } from './sql/list.ts';
import { bind, type Statement } from './sql/writing.ts';

export interface ReadOptions {
  /** The row rule of each entity, applied wherever rows of it are looked at. */
  readonly access?: Access | undefined;
  /** What becomes of rows marked as deleted, of the entity that is asked for; `exclude` if left out. */
  readonly deleted?: Deleted | undefined;
  /** May a replica answer, whose rows may be a moment old? */
  readonly replica?: boolean | undefined;
}

/** A page of rows. */
export interface Page<T = ReadRow> {
  readonly rows: readonly T[];
  /** Cursor for the page behind this one; `undefined` if there is none. */
  readonly next: string | undefined;
  /** Cursor for the page before this one; `undefined` if there is none. */
  readonly previous: string | undefined;
  /** Rows on all pages, if it was asked for. */
  readonly count: number | undefined;
}

/** A plan as the database takes it. */
interface Compiled {
  readonly statement: Statement;
  readonly decoder: Decoder;
  readonly hash: string;
}

/** SQL texts that are kept. */
const keptShapes = 1000;

/** Reads the entities of one database. Keeps the SQL of each shape of request that it has seen. */
export class Reader {
  readonly #database: Database;
  readonly #catalog: EntityCatalog;
  readonly #limits: ReadLimits;
  readonly #compiled = new LeastRecentlyUsed<Compiled>(keptShapes);
  readonly #counts = new LeastRecentlyUsed<Statement>(keptShapes);

  constructor(database: Database, catalog: EntityCatalog, limits: Partial<ReadLimits> = {}) {
    this.#database = database;
    this.#catalog = catalog;
    this.#limits = { ...defaultLimits, ...limits };
  }

  /**
   * A page of an entity's rows, with what is to be read along, in one statement; another one counts.
   *
   * @throws ENTITY_UNKNOWN, QUERY_INVALID, QUERY_FORBIDDEN, CURSOR_INVALID, or a FaultList with all faults
   */
  async list(entity: string, request: ReadRequest = {}, options: ReadOptions = {}): Promise<Page> {
    const schema = this.#catalog.get(entity);
    const planning = beginPlanning(this.#catalog, this.#limits, options.access);
    const { plan, cursor } = planList(planning, schema, request, {
      deleted: options.deleted,
      search: () => 'scan',
    });
    const compiled = this.#compile(plan);
    if (cursor !== undefined && cursor.hash !== compiled.hash) throw invalidCursor();
    const { values } = planning;
    const rows =
      (await this.#rowsWithin(schema, plan, values, options)) ??
      (await this.#run(compiled.statement, values, options));
    const count =
      request.count === 'exact' || request.count === 'estimated'
        ? await this.#count(plan.source, plan.where, values, options)
        : undefined;
    return pageOf(plan, compiled, rows, count);
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
    const planning = beginPlanning(this.#catalog, this.#limits, options.access);
    const plan = planGet(planning, schema, id, request, options.deleted);
    const { statement, decoder } = this.#compile(plan);
    const rows = await this.#run(statement, planning.values, options);
    decoder.decode(rows);
    return rows[0];
  }

  /** How many rows there are. @throws as {@link list} */
  async count(
    entity: string,
    request: Pick<ReadRequest, 'filter' | 'search'> = {},
    options: ReadOptions = {},
  ): Promise<number> {
    const schema = this.#catalog.get(entity);
    const planning = beginPlanning(this.#catalog, this.#limits, options.access);
    const source = withDeleted(planning.source(schema), options.deleted);
    const where = planWhere(planning, schema, request, () => 'scan');
    planning.faults.throwAny();
    return this.#count(source, where, planning.values, options);
  }

  #compile(plan: ListPlan): Compiled {
    return this.#compiled.get(JSON.stringify(plan), () => {
      const syntax = syntaxOf(this.#database.dialect);
      return {
        statement: listSql(this.#catalog, syntax, plan),
        decoder: decoderOf(this.#catalog, syntax.dialect, plan),
        hash: planHash(plan),
      };
    });
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
    const { statement } = this.#compile({ ...plan, keyset: { ...keyset, within: true } });
    const rows = await this.#run(statement, values, options);
    return rows.length > limit ? rows : undefined;
  }

  async #count(
    source: Source,
    where: Predicate | undefined,
    values: readonly unknown[],
    options: ReadOptions,
  ): Promise<number> {
    const statement = this.#counts.get(JSON.stringify([source, where]), () =>
      countSql(this.#catalog, syntaxOf(this.#database.dialect), source, where),
    );
    const [row] = await this.#run(statement, values, options);
    return Number(row?.count);
  }

  #run(
    statement: Statement,
    values: readonly unknown[],
    { replica = false }: ReadOptions,
  ): Row[] | Promise<Row[]> {
    return this.#database.run(statement.sql, bind(statement, values), { replica });
  }
}

/** Cuts off the row that was read to see whether there are more. */
function pageOf(plan: ListPlan, { decoder, hash }: Compiled, rows: Row[], count: number | undefined): Page {
  const { keyset, limit, near, offset } = plan;
  const hasMore = rows.length > limit;
  if (hasMore) rows.length = limit;
  const backwards = keyset?.side === 'before';
  if (backwards) rows.reverse();
  decoder.decode(rows);
  const [first] = rows;
  const last = rows.at(-1);
  const cursorAt = (row: ReadRow | undefined, isMore: boolean): string | undefined =>
    row === undefined || !isMore || near !== undefined ? undefined : writeCursor(hash, decoder.keysOf(row));
  return {
    next: cursorAt(last, backwards || hasMore),
    previous: cursorAt(first, backwards ? hasMore : keyset !== undefined || offset !== undefined),
    rows: decoder.withoutKeys(rows),
    count,
  };
}
