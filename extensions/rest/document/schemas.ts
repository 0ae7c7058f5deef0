import {
  createSchema,
  type RepresentationTable,
  type Resource,
  type ResourceTable,
  readSchema,
  type TSchema,
  updateSchema,
} from 'backplane';
import type { DataContext, EntitySchema, ResolvedRelation, ThroughPivot } from 'backplane/data';
import { isServed } from '../exposure.ts';
import { type Examples, examplesOf } from './examples.ts';

type Properties = Record<string, unknown>;

/** The schemas of rows, with examples, as documents show them. Each is made when it is first asked for. */
export class DocumentSchemas {
  readonly #table: ResourceTable;
  readonly #views: RepresentationTable;
  readonly #version: string | undefined;
  readonly #data: () => DataContext;
  readonly #rows = new Map<string, TSchema>();
  readonly #examples = new Map<string, Examples>();
  #context: DataContext | undefined;

  constructor(
    table: ResourceTable,
    views: RepresentationTable,
    version: string | undefined,
    data: () => DataContext,
  ) {
    this.#table = table;
    this.#views = views;
    this.#version = version;
    this.#data = data;
  }

  examples(resource: Resource): Examples {
    const known = this.#examples.get(resource.schema.name);
    if (known) return known;
    this.#context ??= this.#data();
    const made = examplesOf(this.#context, resource);
    this.#examples.set(resource.schema.name, made);
    return made;
  }

  /** What a new row is made of. */
  create(resource: Resource): TSchema {
    const { create } = this.examples(resource);
    const id = `${resource.schema.name}.create`;
    return { ...createSchema(resource.schema), $id: id, ...(create ? { examples: [create] } : {}) };
  }

  /** What of a row is to change. */
  update(resource: Resource): TSchema {
    const { update } = this.examples(resource);
    const id = `${resource.schema.name}.update`;
    return { ...updateSchema(resource.schema), $id: id, ...(update ? { examples: [update] } : {}) };
  }

  /** A row as an answer has it that may be asked for by any of the entity's views. */
  shown(entity: EntitySchema): TSchema {
    const named = this.#views.namesOf(entity.name).flatMap((name) => {
      const view = this.#views.find(entity.name, { version: this.#version, name });
      return view === undefined
        ? []
        : [
            {
              ...viewSchema(entity, `${entity.name}.view.${name}`, view.options.schema),
              description: `As "view=${name}" shows it.`,
            },
          ];
    });
    const usual = this.row(entity);
    return named.length === 0 ? usual : { anyOf: [usual, ...named] };
  }

  /** A row as it leaves the server by its usual view, with whatever may be read along. Schemas of rows hold each other. */
  row(entity: EntitySchema): TSchema {
    const known = this.#rows.get(entity.name);
    if (known) return known;
    const view = this.#views.find(entity.name, this.#version === undefined ? {} : { version: this.#version });
    if (view !== undefined) return this.#keep(entity, viewSchema(entity, entity.name, view.options.schema));
    const { row } = this.examples(this.#table.get(entity.name));
    const plain: object = readSchema(entity);
    const { properties: fields }: { readonly properties?: object } = plain;
    const properties: Properties = { ...fields };
    const made = this.#keep(entity, {
      ...plain,
      $id: entity.name,
      properties,
      ...(row ? { examples: [row] } : {}),
    });
    for (const relation of entity.relations.values()) {
      const schema = this.#related(entity, relation);
      if (schema !== undefined) properties[relation.name] = schema;
    }
    return made;
  }

  #keep({ name }: EntitySchema, schema: TSchema): TSchema {
    this.#rows.set(name, schema);
    return schema;
  }

  #related(entity: EntitySchema, relation: ResolvedRelation): TSchema | undefined {
    const target = this.#table.catalog.get(relation.target);
    if (!isServed(target)) return undefined;
    if (relation.kind === 'hasMany') return { type: 'array', items: this.row(target) };
    if (relation.kind === 'manyToMany') return { type: 'array', items: this.#pair(entity, relation, target) };
    return { anyOf: [this.row(target), { type: 'null' }] };
  }

  /** A row that is read through a pivot, with the fields of the pair. */
  #pair(entity: EntitySchema, relation: ThroughPivot, target: EntitySchema): TSchema {
    const fields = new Map([...relation.pivot.fields].filter(([, { readable }]) => readable));
    const row: object = this.row(target);
    const hasView = this.#views.find(target.name, { version: this.#version }) !== undefined;
    if (fields.size === 0 || hasView || !('properties' in row)) return row;
    const { properties: pivot = {} }: { properties?: object } = readSchema({ ...target, fields });
    const { $id: _, examples: __, ...rest }: Properties = { ...row };
    // Its relations may still be missing, which are added to the same object.
    const own = row.properties;
    return {
      ...rest,
      $id: `${entity.name}.${relation.name}`,
      get properties() {
        return { ...(own as object), pivot: { type: ['object', 'null'], properties: pivot } };
      },
    };
  }
}

/** `id` is always there; what else is, the view says, or nobody knows. */
function viewSchema(entity: EntitySchema, $id: string, schema: TSchema | undefined): TSchema {
  const id = entity.fields.get('id')?.schema ?? { type: 'string', format: 'uuid' };
  if (schema === undefined) return { $id, type: 'object', properties: { id }, required: ['id'] };
  const described: object = schema;
  const own = 'properties' in described ? described.properties : undefined;
  return { ...schema, $id, properties: { id, ...(typeof own === 'object' ? own : {}) } };
}
