import type { EntitySchema } from '../../data/entity/entity-schema.ts';
import type { AnyEntity, View } from '../../data/entity/types.ts';
import type { ReadRow } from '../../data/plan/decode.ts';
import type { AggregateRow } from '../../data/plan/decode-aggregate.ts';
import type { Page } from '../../data/plan/page.ts';
import { parseQuery } from '../../data/plan/parse-query.ts';
import type { AggregateRequest, ReadRequest } from '../../data/plan/request.ts';
import type { Resource } from '../resources.ts';
import { callMethod } from './call-method.ts';
import type { ChangeOptions } from './change.ts';
import { runReading } from './commit.ts';
import type { CreateBy, UpdateBy, Whose } from './input.ts';
import { operationsOf } from './operations-of.ts';
import type { ReadManyOptions, RowRequest } from './read.ts';
import type { RowOperations } from './row-operations.ts';
import type { World } from './world.ts';

/** A row as its reader may see it: fields that they may not read, or did not ask for, are missing. */
export type Seen<Definition> = AnyEntity extends Definition
  ? ReadRow
  : Partial<View<Definition>> & { readonly id: string };

export interface CreateOptions extends RowRequest {
  /**
   * Identity of the work, where the rows lie behind a provider: what was made under it is not made again. Of its own for each
   * call if left out.
   */
  readonly operationId?: string | undefined;
}

/**
 * The rows of one entity, for one actor. Every operation runs access rule → validation → hooks → transaction → events, and
 * everything that serves callers goes through here, so that nothing can forget to ask.
 *
 * @example
 * const posts = services.managers.of(Post);
 * const post = await posts.create({ title: 'Hello' });
 */
export class Manager<Definition = AnyEntity, By extends Whose = 'caller'> {
  readonly #world: World;
  readonly #resource: Resource;
  readonly #rows: RowOperations;

  /** Use `managers.of(…)`. */
  constructor(world: World, resource: Resource) {
    this.#world = world;
    this.#resource = resource;
    this.#rows = operationsOf(resource);
  }

  get schema(): EntitySchema {
    return this.#resource.schema;
  }

  /** @throws AUTHENTICATION_REQUIRED, ACCESS_DENIED, FIELD_FORBIDDEN, and what is wrong with the request */
  async list(
    request: ReadRequest | URLSearchParams = {},
    options: ReadManyOptions = {},
  ): Promise<Page<Seen<Definition>>> {
    return this.#list('list', request, options);
  }

  /** A list of what meets words or a vector. @throws as {@link list} */
  async search(
    request: ReadRequest | URLSearchParams,
    options: ReadManyOptions = {},
  ): Promise<Page<Seen<Definition>>> {
    return this.#list('search', request, options);
  }

  /** @throws ROW_NOT_FOUND, also for a row that the actor may not see; otherwise as {@link list} */
  async get(id: string, request: RowRequest = {}, options: ReadManyOptions = {}): Promise<Seen<Definition>> {
    const { world, resource } = this.#noted('get', id);
    if (resource.chain('get') === undefined)
      return this.#seen(await this.#rows.get(world, resource, id, request, options));
    const call = world.call(resource, 'get', request, id);
    return this.#seen(
      await runReading(world, resource, call, () =>
        this.#rows.get(world, resource, id, call.input as RowRequest, options),
      ),
    );
  }

  /** Numbers about rows. @throws as {@link list} */
  async aggregate(request: AggregateRequest): Promise<readonly AggregateRow[]> {
    const { world, resource } = this.#noted('aggregate');
    const call = world.call(resource, 'aggregate', request);
    const perform = () => this.#rows.aggregate(world, resource, call.input as AggregateRequest);
    return (await runReading(world, resource, call, perform)) as readonly AggregateRow[];
  }

  /**
   * @param options what of the new row is wanted back
   * @throws INPUT_INVALID with all faults, and as {@link list}
   */
  async create(input: CreateBy<Definition, By>, options: CreateOptions = {}): Promise<Seen<Definition>> {
    const { world, resource } = this.#noted('create');
    const { operationId, ...request } = options;
    return this.#seen(await this.#rows.create(world, resource, input, request, operationId));
  }

  /** All rows or none. @throws as {@link create} */
  async createMany(inputs: readonly CreateBy<Definition, By>[]): Promise<readonly Seen<Definition>[]> {
    const { world, resource } = this.#noted('createMany');
    return (await this.#rows.createMany(world, resource, inputs)).map((row) => this.#seen(row));
  }

  /** @throws ROW_NOT_FOUND, ROW_VERSION_DIFFERS, and as {@link create} */
  async update(
    id: string,
    input: UpdateBy<Definition, By>,
    options: ChangeOptions & RowRequest = {},
  ): Promise<Seen<Definition>> {
    const { world, resource } = this.#noted('update', id);
    const { ifVersion, ...request } = options;
    return this.#seen(await this.#rows.update(world, resource, id, input, request, { ifVersion }));
  }

  /** @throws ROW_NOT_FOUND, ROW_VERSION_DIFFERS, ROW_REFERENCED, and as {@link list} */
  async delete(id: string, options: ChangeOptions = {}): Promise<void> {
    const { world, resource } = this.#noted('delete', id);
    await this.#rows.delete(world, resource, id, options);
  }

  /**
   * Changes rows, all or none: each as {@link update} does, with its hooks.
   *
   * @param inputs each with the `id` of its row
   * @throws INPUT_INVALID with the faults of all rows, and as {@link update}
   */
  async updateMany(
    inputs: readonly (UpdateBy<Definition, By> & { readonly id: string })[],
  ): Promise<readonly Seen<Definition>[]> {
    const { world, resource } = this.#noted('updateMany');
    return (await this.#rows.updateMany(world, resource, inputs)).map((row) => this.#seen(row));
  }

  /** Deletes rows, all or none: each as {@link delete} does, with its hooks. @throws as {@link delete} */
  async deleteMany(ids: readonly string[]): Promise<void> {
    const { world, resource } = this.#noted('deleteMany');
    await this.#rows.deleteMany(world, resource, ids);
  }

  /** Brings back a row that is marked as deleted. @throws as {@link delete} */
  async restore(id: string, request: RowRequest = {}): Promise<Seen<Definition>> {
    const { world, resource } = this.#noted('restore', id);
    return this.#seen(await this.#rows.restore(world, resource, id, request));
  }

  /** Calls a method that an extension has added with `defineManager`. @throws METHOD_UNKNOWN, and as {@link create} */
  async call(method: string, input?: unknown): Promise<unknown> {
    const { world, resource } = this.#noted(method);
    return callMethod(world, resource, method, input);
  }

  async #list(
    operation: 'list' | 'search',
    given: ReadRequest | URLSearchParams,
    options: ReadManyOptions,
  ): Promise<Page<Seen<Definition>>> {
    const { world, resource } = this.#noted(operation);
    // Hooks and access rules read what is planned.
    const request = given instanceof URLSearchParams ? parseQuery(resource.schema.name, given) : given;
    if (resource.chain(operation) === undefined)
      return this.#page(await this.#rows[operation](world, resource, request, options));
    const call = world.call(resource, operation, request);
    const perform = () => this.#rows[operation](world, resource, call.input as ReadRequest, options);
    return this.#page((await runReading(world, resource, call, perform)) as Page);
  }

  #noted(operation: string, id?: string): { readonly world: World; readonly resource: Resource } {
    this.#world.noteRoot(this.schema, operation, id);
    return { world: this.#world, resource: this.#resource };
  }

  /** What the plan has read is what the definition says, of which the compiler knows nothing. */
  #seen(row: unknown): Seen<Definition> {
    return row as Seen<Definition>;
  }

  #page(page: Page): Page<Seen<Definition>> {
    return page as Page<Seen<Definition>>;
  }
}
