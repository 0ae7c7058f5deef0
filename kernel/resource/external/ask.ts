import { BackplaneError, isBackplaneError } from '../../errors.ts';
import type { World } from '../manager/world.ts';
import type { Resource } from '../resources.ts';
import type { ExternalOperation } from './define.ts';
import type { ExternalEntity } from './entity.ts';

/** What a driver answered. */
export interface Answered {
  readonly value: unknown;
  /** Is it the answer to the first time that anybody was asked? If not, an earlier attempt may have done the work. */
  readonly isFirst: boolean;
}

/** @throws OPERATION_NOT_OFFERED */
export function externalOf(
  { external, schema }: Resource,
  operation: string,
): { readonly external: ExternalEntity; readonly name: string } {
  const name = [...(external?.operations ?? [])].find(([offered]) => offered === operation)?.[1];
  if (external !== undefined && name !== undefined) return { external, name };
  const offered = [...(external?.operations.keys() ?? [])];
  throw new BackplaneError('OPERATION_NOT_OFFERED', { entity: schema.name, operation, offered });
}

/**
 * The row is another than the one that was looked at: but an attempt was made before, which nobody answered, so that it may
 * be our own change that made it so.
 */
export const superseded: unique symbol = Symbol('superseded');

/** What a driver answers for a row that there is not. */
const absent: Readonly<Partial<Record<ExternalOperation, unknown>>> = {
  get: null,
  update: null,
  delete: false,
};

/**
 * Asks the provider that keeps the rows.
 *
 * @param input as the operation takes it; `id` in it is that of the row which it is about
 * @param options `operationId`: identity of the work
 * @throws EXTERNAL_REFUSED, ROW_VERSION_DIFFERS, and what the pool throws for what is nobody's fault here
 */
export async function ask(
  world: World,
  resource: Resource,
  operation: ExternalOperation,
  input: Readonly<Record<string, unknown>>,
  options: { readonly operationId?: string } = {},
): Promise<Answered> {
  const { external, name } = externalOf(resource, operation);
  const { capability } = external;
  const client = world.providers().for(capability, { tenant: external.tenant(world.actor) });
  const run = client[name];
  // Gone with a reload while the request was on its way.
  if (run === undefined) {
    throw new BackplaneError('OPERATION_NOT_OFFERED', {
      entity: resource.schema.name,
      operation,
      offered: [],
    });
  }
  try {
    const { value, attempts } = await run(input, { ...options, signal: world.signal });
    return { value, isFirst: attempts.length < 2 };
  } catch (error) {
    if (!isBackplaneError(error) || error.code !== 'PROVIDER_REFUSED') throw error;
    return refused(error, resource, operation, typeof input.id === 'string' ? input.id : undefined);
  }
}

function refused(
  error: BackplaneError,
  { schema: { name: entity } }: Resource,
  operation: ExternalOperation,
  id: string | undefined,
): Answered {
  const { details } = error;
  const code = 'code' in details && typeof details.code === 'string' ? details.code : undefined;
  const attempts = 'attempts' in details && Array.isArray(details.attempts) ? details.attempts : [];
  const options = { cause: error };
  if (id !== undefined && (code === '404' || code === '410')) {
    return { value: absent[operation], isFirst: attempts.length < 2 };
  }
  if (id !== undefined && code === '412' && operation === 'update' && attempts.length > 1) {
    return { value: superseded, isFirst: false };
  }
  if (id !== undefined && code === '412' && operation !== 'get')
    throw new BackplaneError('ROW_VERSION_DIFFERS', { entity, id }, options);
  throw new BackplaneError(
    'EXTERNAL_REFUSED',
    { entity, operation, ...(code === undefined ? {} : { code }) },
    options,
  );
}
