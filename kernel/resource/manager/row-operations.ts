import type { ReadRow } from '../../data/plan/decode.ts';
import type { AggregateRow } from '../../data/plan/decode-aggregate.ts';
import type { Page } from '../../data/plan/page.ts';
import type { AggregateRequest, ReadRequest } from '../../data/plan/request.ts';
import type { Grant } from '../access/grant.ts';
import type { Call } from '../hook/call.ts';
import type { Resource } from '../resources.ts';
import type { ChangeOptions } from './change.ts';
import type { Writing } from './commit.ts';
import type { ReadManyOptions, RowRequest } from './read.ts';
import type { World } from './world.ts';

/** What a manager does with rows, wherever they lie. Each runs access → validation → hooks → work → events. */
export interface RowOperations {
  list(world: World, resource: Resource, request: ReadRequest, options: ReadManyOptions): Promise<Page>;
  search(world: World, resource: Resource, request: ReadRequest, options: ReadManyOptions): Promise<Page>;
  get(
    world: World,
    resource: Resource,
    id: string,
    request: RowRequest,
    options?: ReadManyOptions,
  ): Promise<ReadRow>;
  aggregate(world: World, resource: Resource, request: AggregateRequest): Promise<readonly AggregateRow[]>;
  create(
    world: World,
    resource: Resource,
    input: unknown,
    request: RowRequest,
    operationId?: string,
  ): Promise<ReadRow>;
  createMany(world: World, resource: Resource, inputs: unknown): Promise<readonly ReadRow[]>;
  update(
    world: World,
    resource: Resource,
    id: string,
    input: unknown,
    request: RowRequest,
    options: ChangeOptions,
  ): Promise<ReadRow>;
  updateMany(world: World, resource: Resource, inputs: unknown): Promise<readonly ReadRow[]>;
  delete(world: World, resource: Resource, id: string, options: ChangeOptions): Promise<void>;
  deleteMany(world: World, resource: Resource, ids: unknown): Promise<void>;
  restore(world: World, resource: Resource, id: string, request: RowRequest): Promise<ReadRow>;
  /** For methods about one row. @throws ROW_NOT_FOUND, ACCESS_DENIED */
  assertMay(
    world: World,
    resource: Resource,
    operation: string,
    id: string,
    grants: readonly Grant[],
  ): Promise<void>;
  /** Runs what is no built-in operation, with its hooks. */
  run<Answer>(
    world: World,
    resource: Resource,
    call: Call,
    writing: Omit<Writing<Answer>, 'perform'> & { readonly perform: () => Promise<unknown> },
  ): Promise<Answer>;
}
