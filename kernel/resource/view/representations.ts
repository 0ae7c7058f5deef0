import type { EntityCatalog } from '../../data/entity/catalog.ts';
import type { EntitySchema } from '../../data/entity/entity-schema.ts';
import type { ReadRow } from '../../data/plan/decode.ts';
import type { IncludeRequest } from '../../data/plan/request.ts';
import { BackplaneError, didYouMean, throwFaults } from '../../errors.ts';
import { type Contribution, defineRegistry } from '../../snapshot/index.ts';
import { entities } from '../entities.ts';
import type { RowRequest } from '../manager/read.ts';
import { passVersion } from '../manager/version.ts';
import { isViewDefinition, type ViewDefinition } from './define-view.ts';
import { type Shown, shownBy, type Viewer } from './represent.ts';

/** Which view of an entity. */
export interface ViewChoice {
  /** Of the API. */
  readonly version?: string | undefined;
  /** The one that goes by this name, instead of the usual one. */
  readonly name?: string | undefined;
}

/** The views of all entities. */
export class RepresentationTable {
  readonly #catalog: EntityCatalog;
  readonly #views: ReadonlyMap<string, ViewDefinition>;

  constructor(catalog: EntityCatalog, views: ReadonlyMap<string, ViewDefinition>) {
    this.#catalog = catalog;
    this.#views = views;
  }

  get isEmpty(): boolean {
    return this.#views.size === 0;
  }

  /** The view of that version, else the one of all versions. */
  find(entity: string, { version, name }: ViewChoice = {}): ViewDefinition | undefined {
    return this.#views.get(keyOf(entity, name, version)) ?? this.#views.get(keyOf(entity, name, undefined));
  }

  /** Names of an entity's views that have to be asked for. */
  namesOf(entity: string): readonly string[] {
    return [
      ...new Set(
        [...this.#views.values()].flatMap(({ view, options: { name } }) =>
          view === entity && name !== undefined ? [name] : [],
        ),
      ),
    ];
  }

  /**
   * The request for the rows themselves. What `fields` names of an entity with a view are members of that view, so that
   * its rows are read whole.
   */
  requestFor<Request extends RowRequest>(
    entity: EntitySchema,
    request: Request,
    choice: ViewChoice,
  ): Request {
    if (this.isEmpty) return request;
    const { fields, include, ...rest } = request;
    const hasView = this.find(entity.name, choice) !== undefined;
    // The rest of a request is what it was; TypeScript cannot say so of one with members taken out and put back.
    return {
      ...rest,
      ...(fields === undefined || hasView ? {} : { fields }),
      // What has not the form of a request is left to the planner to refuse.
      ...(include === undefined
        ? {}
        : { include: isRow(include) ? this.#includes(entity, include, choice) : include }),
    } as Request;
  }

  /** A row as its view, and the views of those that came with it, show it to somebody. */
  represent(
    entity: EntitySchema,
    row: ReadRow,
    request: RowRequest,
    choice: ViewChoice,
    viewer: Viewer,
  ): ReadRow {
    if (this.isEmpty) return row;
    const loaded = new Map<string, unknown>();
    for (const [name, of] of Object.entries(request.include ?? {})) {
      const target = this.#targetOf(entity, name);
      const value = row[name];
      if (target === undefined || value === undefined) continue;
      const one = (related: unknown): unknown =>
        isRow(related) ? this.represent(target, related, of, { version: choice.version }, viewer) : related;
      loaded.set(name, Array.isArray(value) ? value.map(one) : one(value));
    }
    const view = this.find(entity.name, choice);
    if (view === undefined) return withLoaded(row, loaded);
    const shown: Shown = { row, loaded, fields: request.fields };
    return shownBy(view, shown, viewer);
  }

  #includes(
    entity: EntitySchema,
    include: Readonly<Record<string, IncludeRequest>>,
    { version }: ViewChoice,
  ): Readonly<Record<string, IncludeRequest>> {
    return Object.fromEntries(
      Object.entries(include).map(([name, request]) => {
        const target = this.#targetOf(entity, name);
        const isRequest = target !== undefined && isRow(request);
        return [name, isRequest ? this.requestFor(target, request, { version }) : request];
      }),
    );
  }

  #targetOf({ relations }: EntitySchema, name: string): EntitySchema | undefined {
    const relation = relations.get(name);
    return relation && this.#catalog.find(relation.target);
  }
}

function withLoaded(row: ReadRow, loaded: ReadonlyMap<string, unknown>): ReadRow {
  if (loaded.size === 0) return row;
  const complete = { ...row, ...Object.fromEntries(loaded) };
  passVersion(row, complete);
  return complete;
}

function isRow(value: unknown): value is ReadRow {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function keyOf(entity: string, name: string | undefined, version: string | undefined): string {
  return JSON.stringify([entity, name, version]);
}

/** Collects `views/`. */
export const representations = defineRegistry<ViewDefinition, RepresentationTable>({
  name: 'representations',
  folder: 'views',
  dependsOn: [entities.name],
  expected: 'what defineView(Post, (post) => ({ … })) returns',
  accepts: isViewDefinition,
  compile: (contributions, views) => compileViews(contributions, views.get(entities).everything),
});

/** @throws FaultList with a VIEW_INVALID or CONTRIBUTION_CONFLICT for each fault */
function compileViews(
  contributions: readonly Contribution<ViewDefinition>[],
  catalog: EntityCatalog,
): RepresentationTable {
  const views = new Map<string, ViewDefinition>();
  const owners = new Map<string, string>();
  const faults: Error[] = [];
  for (const { value, owner, source } of contributions) {
    const { view: entity, options } = value;
    const key = keyOf(entity, options.name, options.version);
    const other = owners.get(key);
    if (catalog.find(entity) === undefined) {
      const suggestion = didYouMean(
        entity,
        catalog.all.map(({ name }) => name),
      );
      const reason = `there is no such entity (${source}).${suggestion}`;
      faults.push(new BackplaneError('VIEW_INVALID', { entity, owner: owner.name, reason }));
    } else if (other !== undefined) {
      const named = [options.name, options.version].filter((one) => one !== undefined).join(', ');
      const what = `The view of "${entity}"${named === '' ? '' : ` (${named})`}`;
      faults.push(new BackplaneError('CONTRIBUTION_CONFLICT', { what, owners: [other, owner.name] }));
    }
    owners.set(key, owner.name);
    views.set(key, value);
  }
  throwFaults(faults);
  return new RepresentationTable(catalog, views);
}
