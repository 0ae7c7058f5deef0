import { BackplaneError } from '../../errors.ts';
import type { AnyEntity, Entity, Loaded, RelationName, RelationPath, Update } from '../entity/types.ts';
import type { EntityRow } from '../model/row.ts';
import { deleteRows, removeRows, updateRows } from './change.ts';
import { Conditions, type Group, groupState, partsOf } from './conditions.ts';
import { withInclude, withJoin } from './include.ts';
import type { CursorPage, CursorRequest, Page, PageRequest } from './pages.ts';
import { queryInvalid } from './place.ts';
import {
  countRows,
  eachChunk,
  getCursorPage,
  getPage,
  getRows,
  pluckField,
  rowExists,
  selectStatement,
} from './run.ts';
import { Selected } from './selected.ts';
import { emptyState, type QueryState } from './state.ts';
import type { Statement } from './statement.ts';
import type { KnownPath, TargetOf, ToOneName } from './types.ts';

/** A row of a query, with the relations and counts that it was told to load. */
export type QueryRow<Definition, Paths extends string, Counts extends string> = [Counts] extends [never]
  ? Loaded<Definition, Paths>
  : Loaded<Definition, Paths> & { readonly [Name in Counts as `${Name}Count`]: number };

/**
 * A query that is put together step by step. Immutable, as {@link Conditions}: a query may be kept, and go on in several
 * ways.
 *
 * @example
 * const posts = await data.repository(Post).query()
 *   .where('status', 'published')
 *   .with('author', 'comments.author')
 *   .latest('publishedAt')
 *   .limit(20)
 *   .get();
 */
export class Query<
  Definition = AnyEntity,
  Paths extends string = never,
  Counts extends string = never,
> extends Selected<Definition> {
  /**
   * Loads relations with the rows: one statement for each, however many rows there are.
   *
   * @param path name of a relation, or names with dots between them: `comments.author`
   * @param constrain narrows, orders or limits what is loaded; a limit holds for each row
   */
  with<const Path extends RelationPath<Definition>, Later extends string, LaterCounts extends string>(
    path: Path & KnownPath<Definition, Path>,
    constrain: (
      query: Query<TargetOf<Definition, Path>>,
    ) => Query<TargetOf<Definition, Path>, Later, LaterCounts>,
  ): Query<Definition, Paths | Path | `${Path}.${Later}`, Counts>;
  with<const Path extends RelationPath<Definition>>(
    ...paths: readonly (Path & KnownPath<Definition, Path>)[]
  ): Query<Definition, Paths | Path, Counts>;
  with(...given: readonly unknown[]): unknown {
    const { model, state } = partsOf(this);
    const constrain = given.find((one) => typeof one === 'function');
    const paths = given.filter((one) => typeof one === 'string');
    const include = (before: QueryState, path: string): QueryState =>
      withInclude(model, before, path, (target, inner) => {
        const query = new Query(target, inner);
        const made: unknown = constrain ? constrain(query) : query;
        if (made instanceof Query) return partsOf(made).state;
        throw queryInvalid(model, `the query of "${path}" must be returned: (query) => query.where(…).`);
      });
    return new Query(model, paths.reduce(include, state));
  }

  /** Loads a relation to one row in the same statement, by a join. */
  withJoined<const Name extends ToOneName<Definition>>(
    relation: Name,
  ): Query<Definition, Paths | Name, Counts> {
    const { model, state } = partsOf(this);
    return new Query(model, withJoin(model, state, relation));
  }

  /** Counts the rows at the other end of a relation: `comments` as `commentsCount`. */
  withCount<const Name extends RelationName<Definition>>(
    relation: Name,
    group?: Group<TargetOf<Definition, Name>>,
  ): Query<Definition, Paths, Counts | Name> {
    const { model, state } = partsOf(this);
    const { target } = model.relation(relation);
    const counted = group ? groupState(target, group) : emptyState;
    return new Query(model, { ...state, counts: new Map(state.counts).set(relation, counted) });
  }

  /**
   * Applies what many queries share, as a function of a query.
   * @example const published = (query: Query<typeof Post>) => query.where('status', 'published');
   */
  scope<Given extends readonly unknown[], Result>(
    scope: (query: this, ...given: Given) => Result,
    ...given: Given
  ): Result {
    return scope(this, ...given);
  }

  async get(): Promise<QueryRow<Definition, Paths, Counts>[]> {
    return this.#typed(await this.#rows());
  }

  async first(): Promise<QueryRow<Definition, Paths, Counts> | undefined> {
    return this.#typed(await this.#rows({ limit: 1 }))[0];
  }

  /** @throws ROW_NOT_FOUND */
  async firstOrFail(): Promise<QueryRow<Definition, Paths, Counts>> {
    const found = await this.first();
    if (found === undefined) {
      throw new BackplaneError('ROW_NOT_FOUND', { entity: partsOf(this).model.schema.name });
    }
    return found;
  }

  async exists(): Promise<boolean> {
    const { model, state } = partsOf(this);
    return rowExists(model, state);
  }

  /** How many rows meet the conditions, whatever the limit is. */
  async count(): Promise<number> {
    const { model, state } = partsOf(this);
    return countRows(model, state);
  }

  /** The values of one field. */
  async pluck<Name extends keyof Entity<Definition> & string>(
    field: Name,
  ): Promise<Entity<Definition>[Name][]> {
    const { model, state } = partsOf(this);
    return (await pluckField(model, state, field)) as Entity<Definition>[Name][];
  }

  /** A page by its number, with the number of all rows. In the order of the query, and by id where that leaves a choice. */
  async paginate(request: PageRequest = {}): Promise<Page<QueryRow<Definition, Paths, Counts>>> {
    const { model, state } = partsOf(this);
    const page = await getPage(model, state, request);
    return { ...page, rows: this.#typed(page.rows) };
  }

  /**
   * The rows after a cursor, in the order of the query, and by id where that leaves a choice. Pages do not shift when rows
   * come and go, and the hundredth costs what the first does.
   *
   * @throws CURSOR_INVALID
   */
  async cursor(request: CursorRequest = {}): Promise<CursorPage<QueryRow<Definition, Paths, Counts>>> {
    const { model, state } = partsOf(this);
    const page = await getCursorPage(model, state, request);
    return { ...page, rows: this.#typed(page.rows) };
  }

  /**
   * Works through all rows in portions, in the order of their ids; safe when the work changes them.
   *
   * @param size rows of a portion
   * @param work `false` ends it
   */
  async chunk(size: number, work: (rows: QueryRow<Definition, Paths, Counts>[]) => unknown): Promise<void> {
    const { model, state } = partsOf(this);
    await eachChunk(model, state, size, (rows) => work(this.#typed(rows)));
  }

  /** Changes all rows that meet the conditions. @returns how many */
  async update(changes: Update<Definition>): Promise<number> {
    const { model, state } = partsOf(this);
    return updateRows(model, state, changes);
  }

  /** Deletes all rows that meet the conditions, or marks them where the entity says so. @returns how many */
  async delete(): Promise<number> {
    const { model, state } = partsOf(this);
    return deleteRows(model, state);
  }

  /** Deletes all rows that meet the conditions for good, whatever the entity says. @returns how many */
  async forceDelete(): Promise<number> {
    const { model, state } = partsOf(this);
    return removeRows(model, state);
  }

  /** The statement that `get` would run; those of relations that are loaded besides are not part of it. */
  toSql(): Statement {
    const { model, state } = partsOf(this);
    return selectStatement(model, state);
  }

  #rows(change: Partial<QueryState> = {}): Promise<EntityRow[]> {
    const { model, state } = partsOf(this);
    return getRows(model, { ...state, ...change });
  }

  /** The one place where rows get their type: the query has selected what it says. */
  #typed(rows: readonly EntityRow[]): QueryRow<Definition, Paths, Counts>[] {
    return rows as unknown as QueryRow<Definition, Paths, Counts>[];
  }
}
