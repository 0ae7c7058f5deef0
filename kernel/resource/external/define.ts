import type { EntityDefinition, EntityOptions } from '../../data/entity/define.ts';
import type { Condition } from '../../data/entity/filter.ts';
import type { Actor } from '../../http/actor.ts';

/** What a manager can do with rows behind a provider. */
export const externalOperationNames = ['list', 'get', 'create', 'update', 'delete'] as const;

export type ExternalOperation = (typeof externalOperationNames)[number];

/** What a filter may ask of a field; see the filters of all other entities. */
export type FilterOperator = keyof Condition;

/** What an entity is whose rows lie behind a provider. */
export type ExternalOptions = Pick<
  EntityOptions,
  'fields' | 'plural' | 'timestamps' | 'sort' | 'access' | 'expose' | 'example'
> & {
  /** Name of the capability whose drivers keep the rows. */
  readonly capability: string;
  /** The capability's operations, made with `externalOperations`. What is left out is not offered. */
  readonly operations: Readonly<Partial<Record<ExternalOperation, string>>>;
  /** What every driver can filter by: operators for each field. Nothing if left out. */
  readonly filter?: Readonly<Record<string, readonly FilterOperator[]>>;
  /** Can every driver tell how many rows there are? `false` if left out. */
  readonly count?: boolean;
  /** Whose instances are asked; those of nobody in particular if left out. */
  readonly tenant?: (actor: Actor | undefined) => string | undefined;
};

/** An entity whose rows lie behind a provider, as its extension defines it. */
export interface ExternalDefinition<
  Name extends string = string,
  Options extends ExternalOptions = ExternalOptions,
> extends EntityDefinition<Name, Options> {
  readonly external: true;
}

/**
 * Defines an entity whose rows lie behind a provider. Managers, hooks, REST and documents serve it like any other; it has
 * no table, no relations and no transactions. Ids are whatever texts the provider gives.
 *
 * @param name `<extension>.<entity>`, both in kebab case, the entity in the singular
 *
 * @example
 * export const Contact = defineExternalEntity('crm.contact', {
 *   capability: 'crm',
 *   operations: { list: 'listContacts', get: 'getContact', create: 'createContact' },
 *   fields: { email: Type.String({ format: 'email' }), name: Type.Optional(Type.String()) },
 *   filter: { email: ['eq', 'in'] },
 *   sort: ['email'],
 *   access: { read: signedIn() },
 * });
 */
export function defineExternalEntity<const Name extends string, const Options extends ExternalOptions>(
  name: Name,
  options: Options,
): ExternalDefinition<Name, Options> {
  return { name, options, external: true };
}

export function isExternalDefinition(value: unknown): value is ExternalDefinition {
  return (
    typeof value === 'object' &&
    value !== null &&
    'external' in value &&
    value.external === true &&
    'name' in value &&
    typeof value.name === 'string' &&
    'options' in value &&
    typeof value.options === 'object' &&
    value.options !== null
  );
}
