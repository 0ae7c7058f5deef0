import type { Faker } from '@faker-js/faker';
import type { TProperties } from 'typebox';
import type { AccessRule } from './access-rule.ts';
import type { Filter } from './filter.ts';
import type { Relation } from './relation.ts';

/** What an entity is: one definition from which types, table, validators, routes and documents come. */
export interface EntityOptions {
  /** By name, in camel case. Optional ones (`Type.Optional`) are NULL where they have no value. */
  readonly fields: TProperties;
  readonly relations?: Readonly<Record<string, Relation>>;
  /** Plural of the entity's name, in paths and the table's name; found by English rules if left out. */
  readonly plural?: string;
  /** Name of the table; `<extension>_<plural>` if left out. */
  readonly table?: string;
  /** Name of the database that holds its table; the default one if left out. */
  readonly database?: string;
  /** `createdAt` and `updatedAt`, kept by the framework. */
  readonly timestamps?: boolean;
  /** `deletedAt`: deleting marks a row, and queries leave marked rows out. */
  readonly softDelete?: boolean;
  /** Whose rows they are: each belongs to a team. */
  readonly scope?: 'team';
  /** Groups of fields whose values together are unique. */
  readonly unique?: readonly (readonly string[])[];
  /** Groups of fields that rows are looked for by together. */
  readonly indexes?: readonly (readonly string[])[];
  /** Fields that callers may sort by, beside `id`. All indexed ones if left out. */
  readonly sort?: readonly string[];
  /** Fields of the full-text search. */
  readonly search?: readonly string[];
  /**
   * Who may `read`, `create`, `update`, `delete`, `restore` and `aggregate`, and with which rows; methods of the manager by
   * their names. What is left out needs the permission `<entity>:<operation>`.
   */
  readonly access?: AccessRules;
  readonly expose?: { readonly rest?: boolean; readonly graphql?: boolean };
  /** A plausible row, for factories and documents. */
  readonly example?: (fake: Faker) => object;
}

/** A rule for each operation. A filter is a rule, too: whoever asks may, with the rows that satisfy it. */
export type AccessRules = Readonly<Record<string, AccessRule | Filter>>;

/** An entity as its extension defines it. */
export interface EntityDefinition<
  Name extends string = string,
  Options extends EntityOptions = EntityOptions,
> {
  readonly name: Name;
  readonly options: Options;
}

/** What an extension adds to the entity of another. */
export interface EntityExtension<
  Name extends string = string,
  Options extends ExtensionOptions = ExtensionOptions,
> {
  readonly extends: Name;
  readonly options: Options;
}

/** The parts of a definition that another extension may add to. What it says of `access` must hold besides. */
export type ExtensionOptions = Pick<
  EntityOptions,
  'relations' | 'unique' | 'indexes' | 'sort' | 'search' | 'access'
> & {
  readonly fields?: TProperties;
};

/**
 * Defines an entity.
 *
 * @param name `<extension>.<entity>`, both in kebab case, the entity in the singular
 *
 * @example
 * export const Post = defineEntity('blog.post', {
 *   fields: { title: Type.String({ maxLength: 200 }) },
 *   relations: { author: belongsTo('auth.user') },
 *   timestamps: true,
 * });
 * export type Post = Entity<typeof Post>;
 */
export function defineEntity<const Name extends string, const Options extends EntityOptions>(
  name: Name,
  options: Options,
): EntityDefinition<Name, Options> {
  return { name, options };
}

/**
 * Adds fields and relations to the entity of another extension, which the manifest must name as a dependency. The new
 * columns are part of the table, and their migration is part of the extension that adds them.
 */
export function extendEntity<const Name extends string, const Options extends ExtensionOptions>(
  name: Name,
  options: Options,
): EntityExtension<Name, Options> {
  return { extends: name, options };
}

export function isEntityDefinition(value: unknown): value is EntityDefinition {
  return isObject(value) && typeof value.name === 'string' && isObject(value.options);
}

export function isEntityExtension(value: unknown): value is EntityExtension {
  return isObject(value) && typeof value.extends === 'string' && isObject(value.options);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
