import pluralize from 'pluralize';
import { Type } from 'typebox';
import { BackplaneError, didYouMean, throwFaults } from '../../errors.ts';
import type { EntityDefinition, EntityExtension, EntityOptions } from './define.ts';
import type { EntitySchema, Index, Pivot, ResolvedRelation } from './entity-schema.ts';
import { camelCase, type Field, fieldOf, snakeCase } from './field.ts';
import type { BelongsTo, ManyToMany, OnDelete, Relation } from './relation.ts';

/** All entities of an application, each complete, by name. */
export class EntityCatalog {
  readonly #schemas: ReadonlyMap<string, EntitySchema>;

  constructor(schemas: ReadonlyMap<string, EntitySchema>) {
    this.#schemas = schemas;
  }

  get all(): readonly EntitySchema[] {
    return [...this.#schemas.values()];
  }

  find(name: string): EntitySchema | undefined {
    return this.#schemas.get(name);
  }

  /** @throws ENTITY_UNKNOWN */
  get(name: string): EntitySchema {
    const found = this.#schemas.get(name);
    if (found === undefined) {
      const suggestion = didYouMean(String(name), this.#schemas.keys());
      throw new BackplaneError('ENTITY_UNKNOWN', { entity: String(name), suggestion });
    }
    return found;
  }
}

/** A definition, or an addition to one, and the extension it comes from. */
export interface OwnedEntity {
  readonly value: EntityDefinition | EntityExtension;
  readonly owner: string;
}

/**
 * Completes the entities of all extensions: tables, columns, keys of relations, additions by other extensions. Pure.
 *
 * @throws FaultList with an ENTITY_INVALID for each fault
 */
export function compileEntities(contributions: readonly OwnedEntity[]): EntityCatalog {
  return new Compilation(contributions).run();
}

/** Reserved: what the framework itself puts into a row, and what no filter or object could tell from its own words. */
const reserved = new Set([
  'id',
  'createdAt',
  'updatedAt',
  'deletedAt',
  'and',
  'or',
  'not',
  'pivot',
  'constructor',
  '__proto__',
]);

/** A schema while it is put together. */
interface Draft {
  readonly definition: EntityDefinition;
  readonly owner: string;
  readonly fields: Map<string, Field>;
  readonly relations: Map<string, ResolvedRelation>;
  /** As declared, with who declares them. */
  readonly declared: Map<string, { readonly relation: Relation; readonly owner: string }>;
  readonly indexes: Index[];
  readonly sort: string[];
  /** With the extensions that want it. */
  readonly search: Map<string, string[]>;
  readonly table: string;
  readonly plural: string;
}

class Compilation {
  readonly #contributions: readonly OwnedEntity[];
  readonly #drafts = new Map<string, Draft>();
  readonly #faults: BackplaneError[] = [];
  readonly #pivots = new Map<string, Pivot>();

  constructor(contributions: readonly OwnedEntity[]) {
    this.#contributions = contributions;
  }

  run(): EntityCatalog {
    for (const { value, owner } of this.#contributions) if ('name' in value) this.#begin(value, owner);
    for (const { value, owner } of this.#contributions) if ('extends' in value) this.#extend(value, owner);
    for (const draft of this.#drafts.values()) this.#resolveKeys(draft);
    for (const draft of this.#drafts.values()) this.#resolveRelations(draft, false);
    for (const draft of this.#drafts.values()) this.#resolveRelations(draft, true);
    for (const draft of this.#drafts.values()) this.#checkNames(draft);
    this.#checkTables();
    throwFaults(this.#faults);
    return new EntityCatalog(new Map([...this.#drafts].map(([name, draft]) => [name, schemaOf(draft)])));
  }

  #fault(entity: string, owner: string, reason: string): void {
    this.#faults.push(new BackplaneError('ENTITY_INVALID', { entity, owner, reason }));
  }

  #begin(definition: EntityDefinition, owner: string): void {
    const { name, options } = definition;
    const [extension = '', short = '', ...rest] = name.split('.');
    if (!/^[a-z][a-z0-9-]*$/.test(extension) || !/^[a-z][a-z0-9-]*$/.test(short) || rest.length > 0) {
      this.#fault(name, owner, `Its name must be "<extension>.<entity>" in kebab case, as "${owner}.post".`);
      return;
    }
    if (extension !== owner) {
      this.#fault(
        name,
        owner,
        `Its name must begin with the extension that defines it: "${owner}.${short}".`,
      );
      return;
    }
    const other = this.#drafts.get(name);
    if (other) {
      this.#fault(name, owner, 'It is defined twice. Rename one of them.');
      return;
    }
    const plural = options.plural ?? pluralize(short);
    const draft: Draft = {
      definition,
      owner,
      fields: new Map([['id', idField(owner)]]),
      relations: new Map(),
      declared: new Map(),
      indexes: [],
      sort: [],
      search: new Map(),
      plural,
      table: options.table ?? snakeCase(`${extension}_${plural}`),
    };
    this.#drafts.set(name, draft);
    this.#add(draft, options, owner);
    for (const mark of marksOf(options, owner)) draft.fields.set(mark.name, mark);
  }

  #extend({ extends: name, options }: EntityExtension, owner: string): void {
    const draft = this.#drafts.get(name);
    if (draft) this.#add(draft, options, owner);
    else {
      const suggestion = didYouMean(name, [...this.#drafts.keys()]);
      this.#fault(name, owner, `It is extended, and nobody defines it.${suggestion}`);
    }
  }

  #add(draft: Draft, options: Partial<EntityOptions>, owner: string): void {
    const { name } = draft.definition;
    for (const [field, schema] of Object.entries(options.fields ?? {})) {
      if (this.#isTaken(draft, field, owner)) continue;
      const made = fieldOf(field, schema, owner);
      if ('fault' in made) this.#fault(name, owner, `Its field "${field}" ${made.fault}`);
      else draft.fields.set(field, made);
    }
    for (const [relation, declared] of Object.entries(options.relations ?? {})) {
      if (!this.#isTaken(draft, relation, owner)) draft.declared.set(relation, { relation: declared, owner });
    }
    for (const fields of options.unique ?? []) draft.indexes.push({ fields, unique: true, owner });
    for (const fields of options.indexes ?? []) draft.indexes.push({ fields, unique: false, owner });
    draft.sort.push(...(options.sort ?? []));
    for (const field of options.search ?? []) {
      draft.search.set(field, [...(draft.search.get(field) ?? []), owner]);
    }
  }

  #isTaken(draft: Draft, name: string, owner: string): boolean {
    const { name: entity } = draft.definition;
    const other = draft.fields.get(name)?.owner ?? draft.declared.get(name)?.owner;
    if (!/^[a-z][A-Za-z0-9]*$/.test(name) || reserved.has(name)) {
      const why = reserved.has(name) ? 'is a name of the framework' : 'must be in camel case';
      this.#fault(entity, owner, `"${name}" ${why}. Rename it.`);
      return true;
    }
    if (other !== undefined) {
      this.#fault(entity, owner, `"${name}" is there already, from "${other}". Rename one of them.`);
    }
    return other !== undefined;
  }

  /** The fields that hold the ids of `belongsTo`. Before all other relations, which look for them. */
  #resolveKeys(draft: Draft): void {
    for (const [name, { relation, owner }] of draft.declared) {
      if (!this.#isKnown(draft, name, relation, owner)) continue;
      if (relation.kind === 'belongsTo') this.#resolveKey(draft, name, relation, owner);
    }
  }

  #isKnown(draft: Draft, name: string, relation: Relation, owner: string): boolean {
    if (this.#drafts.has(relation.target)) return true;
    const suggestion = didYouMean(relation.target, [...this.#drafts.keys()]);
    const reason = `Its relation "${name}" leads to "${relation.target}", which nobody defines.${suggestion}`;
    this.#fault(draft.definition.name, owner, reason);
    return false;
  }

  #resolveKey(draft: Draft, name: string, relation: BelongsTo, owner: string): void {
    const key = relation.key ?? `${name}Id`;
    if (draft.fields.has(key)) {
      this.#fault(
        draft.definition.name,
        owner,
        `Its relation "${name}" needs the name "${key}" for its key; rename the field.`,
      );
      return;
    }
    const onDelete = this.#onDelete(draft, key, relation);
    if (onDelete === 'set null' && !relation.optional) {
      this.#fault(
        draft.definition.name,
        owner,
        `Its relation "${name}" cannot be set to null: make it optional.`,
      );
      return;
    }
    draft.fields.set(key, {
      ...idField(owner),
      name: key,
      column: snakeCase(key),
      nullable: relation.optional,
      index: true,
      writable: true,
      unique: this.#isOneToOne(draft, key, relation),
      references: { entity: relation.target, onDelete },
    });
    const { target, optional } = relation;
    draft.relations.set(name, { kind: 'belongsTo', name, target, key, optional, owner });
  }

  /** The other side may say what happens to these rows, too. */
  #onDelete(draft: Draft, key: string, relation: BelongsTo): OnDelete {
    if (relation.onDelete) return relation.onDelete;
    for (const { relation: back } of this.#drafts.get(relation.target)?.declared.values() ?? []) {
      if (
        (back.kind === 'hasMany' || back.kind === 'hasOne') &&
        back.onDelete &&
        this.#isBack(draft, key, back)
      ) {
        return back.onDelete;
      }
    }
    return 'restrict';
  }

  #isOneToOne(draft: Draft, key: string, relation: BelongsTo): boolean {
    const declared = this.#drafts.get(relation.target)?.declared.values() ?? [];
    return [...declared].some(
      ({ relation: back }) => back.kind === 'hasOne' && this.#isBack(draft, key, back),
    );
  }

  /** Does this relation of the target lead back by this key? Without a key it means the only one that there is. */
  #isBack(
    { definition, declared }: Draft,
    key: string,
    back: { readonly target: string; readonly key?: string },
  ): boolean {
    if (back.target !== definition.name) return false;
    if (back.key !== undefined) return back.key === key;
    const keys = [...declared].filter(([, { relation }]) => relation.kind === 'belongsTo');
    return keys.length === 1 || keys.some(([name]) => `${name}Id` === key);
  }

  #resolveRelations(draft: Draft, inverse: boolean): void {
    const { name: entity } = draft.definition;
    for (const [name, { relation, owner }] of draft.declared) {
      const target = this.#drafts.get(relation.target);
      if (target === undefined || relation.kind === 'belongsTo') continue;
      if (relation.kind === 'manyToMany') {
        if ((relation.inverse !== undefined) === inverse) this.#resolvePivot(draft, name, relation, owner);
      } else if (!inverse) {
        const key = relation.key ?? this.#keyTo(entity, target);
        if (key === undefined || target.fields.get(key)?.references?.entity !== entity) {
          const reason = `Its relation "${name}" finds no key in "${relation.target}". Give "${relation.target}" a belongsTo('${entity}'), and name its key here if there are several.`;
          this.#fault(entity, owner, reason);
          continue;
        }
        draft.relations.set(name, { kind: relation.kind, name, target: relation.target, key, owner });
      }
    }
  }

  /** The field of the target that holds ids of this entity, if there is but one; or the one with the usual name. */
  #keyTo(entity: string, target: Draft): string | undefined {
    const keys = [...target.fields.values()].filter(({ references }) => references?.entity === entity);
    const usual = `${camelCase(entity.slice(entity.indexOf('.') + 1))}Id`;
    return keys.length === 1 ? keys[0]?.name : keys.find(({ name }) => name === usual)?.name;
  }

  #resolvePivot(draft: Draft, name: string, relation: ManyToMany, owner: string): void {
    const { name: entity } = draft.definition;
    const { target, inverse } = relation;
    if (inverse !== undefined) {
      const other = this.#drafts.get(target)?.relations.get(inverse);
      if (other?.kind !== 'manyToMany' || other.target !== entity) {
        const reason = `Its relation "${name}" says it is the inverse of "${inverse}" of "${target}", which is no manyToMany('${entity}').`;
        this.#fault(entity, owner, reason);
        return;
      }
      const { pivot, ownColumn, targetColumn } = other;
      const swapped = { ownColumn: targetColumn, targetColumn: ownColumn };
      draft.relations.set(name, { kind: 'manyToMany', name, target, pivot, ...swapped, owner });
      return;
    }
    const ownColumn = `${snakeCase(shortOf(entity))}_id`;
    const usual = `${snakeCase(shortOf(target))}_id`;
    const targetColumn = usual === ownColumn ? `${snakeCase(pluralize.singular(name))}_id` : usual;
    const fields = new Map<string, Field>();
    for (const [field, schema] of Object.entries(relation.pivot ?? {})) {
      const made = fieldOf(field, schema, owner);
      if ('fault' in made)
        this.#fault(entity, owner, `The field "${field}" of its relation "${name}" ${made.fault}`);
      else fields.set(field, made);
    }
    const pivot: Pivot = {
      table: relation.table ?? `${draft.table}_${snakeCase(name)}`,
      keys: [
        { column: ownColumn, entity, onDelete: 'cascade' },
        { column: targetColumn, entity: target, onDelete: 'cascade' },
      ],
      fields,
      owner,
    };
    this.#pivots.set(`${entity}.${name}`, pivot);
    draft.relations.set(name, { kind: 'manyToMany', name, target, pivot, ownColumn, targetColumn, owner });
  }

  /** Fields that the definition names must be there. */
  #checkNames({ definition, fields, indexes, sort, search, owner }: Draft): void {
    const check = (what: string, names: readonly string[], fits = (_: Field): boolean => true): void => {
      for (const name of names) {
        const field = fields.get(name);
        if (field && fits(field)) continue;
        const suggestion = field ? '' : didYouMean(name, [...fields.keys()]);
        const why = field ? 'is no text that may be read' : 'is no field of it';
        this.#fault(definition.name, owner, `"${name}" in "${what}" ${why}.${suggestion}`);
      }
    };
    check('sort', sort);
    check('search', [...search.keys()], ({ type, readable }) => {
      return readable && (type.kind === 'string' || type.kind === 'text');
    });
    for (const index of indexes) check(index.unique ? 'unique' : 'indexes', index.fields);
  }

  #checkTables(): void {
    const tables = new Map<string, string>();
    const add = (table: string, what: string, owner: string): void => {
      const other = tables.get(table);
      if (other !== undefined)
        this.#fault(
          what,
          owner,
          `Its table "${table}" is that of "${other}" too. Give one of them another "table".`,
        );
      tables.set(table, what);
    };
    for (const [name, { table, owner }] of this.#drafts) add(table, name, owner);
    for (const [name, { table, owner }] of this.#pivots) add(table, name, owner);
  }
}

function schemaOf(draft: Draft): EntitySchema {
  const { definition, owner, plural, table, fields, relations, indexes, search } = draft;
  const { timestamps = false, softDelete = false, sort } = definition.options;
  const sortable = sort
    ? draft.sort
    : [...fields.values()].filter(({ index, unique }) => index || unique).map(({ name }) => name);
  return {
    name: definition.name,
    owner,
    plural,
    table,
    fields,
    relations,
    indexes,
    timestamps,
    softDelete,
    sort: new Set(['id', ...sortable]),
    search: [...search.keys()],
    searchedBy: search,
    options: definition.options,
  };
}

function shortOf(entity: string): string {
  return entity.slice(entity.indexOf('.') + 1);
}

function idField(owner: string): Field {
  return {
    name: 'id',
    column: 'id',
    type: { kind: 'uuid' },
    schema: Type.String({ format: 'uuid' }),
    nullable: false,
    default: undefined,
    unique: false,
    index: false,
    readable: true,
    writable: false,
    contains: false,
    owner,
  };
}

function marksOf({ timestamps, softDelete }: EntityOptions, owner: string): readonly Field[] {
  const mark = (name: string, nullable: boolean, index: boolean): Field => ({
    ...idField(owner),
    name,
    column: snakeCase(name),
    type: { kind: 'timestamp' },
    schema: Type.String({ format: 'date-time' }),
    nullable,
    index,
  });
  return [
    ...(timestamps ? [mark('createdAt', false, true), mark('updatedAt', false, false)] : []),
    ...(softDelete ? [mark('deletedAt', true, false)] : []),
  ];
}
