import type { ModelClass, Model as ObjectionModel } from 'objection';
import { BackplaneError, didYouMean } from '../../errors.ts';
import type { Database } from '../database/database.ts';
import type { EntityCatalog } from '../entity/catalog.ts';
import type { EntitySchema, ResolvedRelation } from '../entity/entity-schema.ts';
import type { Field } from '../entity/field.ts';
import { nameOf } from '../value/shown.ts';
import { type FieldCodec, fieldCodec } from './field-codec.ts';
import { objection } from './objection.ts';
import { relationMappings } from './relation-mappings.ts';
import { type EntityRow, rowPrototype } from './row.ts';

/** The models of one catalog. */
interface ModelFamily {
  readonly catalog: EntityCatalog;
  readonly now: () => number;
  readonly get: (entity: string) => EntityModel;
}

/** How one entity lies in its database: its columns, their codecs, and its Objection model. */
export class EntityModel {
  readonly schema: EntitySchema;
  readonly database: Database;
  /** In the order of the fields. */
  readonly codecs: readonly FieldCodec[];
  readonly #family: ModelFamily;
  readonly #byField: ReadonlyMap<string, FieldCodec>;
  readonly #prototype: object;
  #class: ModelClass<ObjectionModel> | undefined;

  constructor(schema: EntitySchema, database: Database, family: ModelFamily) {
    this.schema = schema;
    this.database = database;
    this.#family = family;
    this.codecs = [...schema.fields.values()].map((field) => fieldCodec(field, database.dialect));
    this.#byField = new Map(this.codecs.map((codec) => [codec.field.name, codec]));
    this.#prototype = rowPrototype(schema);
  }

  get catalog(): EntityCatalog {
    return this.#family.catalog;
  }

  /** ms since the epoch */
  now(): number {
    return this.#family.now();
  }

  /** The model of another entity, as at the other end of a relation. */
  modelOf(entity: string): EntityModel {
    return this.#family.get(entity);
  }

  /** Objection's own, made when it is first needed; nothing outside `data/` may see it. */
  get class(): ModelClass<ObjectionModel> {
    this.#class ??= makeClass(this);
    return this.#class;
  }

  /** @throws FIELD_UNKNOWN */
  codec(field: string): FieldCodec {
    const found = this.#byField.get(field);
    if (found) return found;
    const entity = this.schema.name;
    const named = nameOf(field);
    const suggestion = didYouMean(named, this.#byField.keys());
    throw new BackplaneError('FIELD_UNKNOWN', { entity, field: named, suggestion });
  }

  /** @throws FIELD_UNKNOWN */
  field(name: string): Field {
    return this.codec(name).field;
  }

  /** @throws RELATION_UNKNOWN, RELATION_ACROSS_DATABASES */
  relation(name: string): { readonly relation: ResolvedRelation; readonly target: EntityModel } {
    const { name: entity, relations } = this.schema;
    const relation = relations.get(name);
    if (relation === undefined) {
      const named = nameOf(name);
      const suggestion = didYouMean(named, relations.keys());
      throw new BackplaneError('RELATION_UNKNOWN', { entity, relation: named, suggestion });
    }
    const target = this.modelOf(relation.target);
    if (target.database !== this.database) {
      const details = { entity, relation: name, target: relation.target };
      throw new BackplaneError('RELATION_ACROSS_DATABASES', details);
    }
    return { relation, target };
  }

  /** A row without fields yet. */
  emptyRow(): EntityRow {
    return Object.create(this.#prototype);
  }

  /**
   * The row that columns hold.
   * @param prefix what the names of the columns begin with in `record`
   */
  fromColumns(record: Readonly<Record<string, unknown>>, prefix = ''): EntityRow {
    const row = this.emptyRow();
    for (const { field, decode } of this.codecs) row[field.name] = decode(record[prefix + field.column]);
    return row;
  }

  /** The columns of those fields that `values` has. */
  toColumns(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
    const columns: Record<string, unknown> = {};
    for (const name of Object.keys(values)) {
      const { field, encode } = this.codec(name);
      columns[field.column] = encode(values[name]);
    }
    return columns;
  }
}

function makeClass(model: EntityModel): ModelClass<ObjectionModel> {
  const { Model } = objection();
  const { schema } = model;
  const columns = schema.fields.values().map(({ column }) => column);
  const metadata = { columns: [...columns] };
  const fieldOf = new Map(model.codecs.map((codec) => [codec.field.column, codec]));

  return class extends Model {
    static override readonly tableName = schema.table;
    static override readonly idColumn = 'id';
    static override get relationMappings() {
      return relationMappings(model);
    }

    /** Known already: the database need not be asked. */
    static override tableMetadata() {
      return metadata;
    }

    static override async fetchTableMetadata() {
      return metadata;
    }

    override $formatDatabaseJson(json: object) {
      return model.toColumns({ ...json });
    }

    override $parseDatabaseJson(json: object) {
      // Columns that a query has added under names of its own stay as they are.
      return Object.fromEntries(
        Object.entries(json).map(([column, value]) => {
          const codec = fieldOf.get(column);
          return codec ? [codec.field.name, codec.decode(value)] : [column, value];
        }),
      );
    }
  };
}
