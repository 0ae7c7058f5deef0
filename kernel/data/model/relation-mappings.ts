import type { ModelClass, Model as ObjectionModel, RelationMappings } from 'objection';
import type { EntitySchema } from '../entity/entity-schema.ts';
import { objection } from './objection.ts';

/** An entity as its relations see it. */
interface Mapped {
  readonly schema: EntitySchema;
  readonly class: ModelClass<ObjectionModel>;
  modelOf(entity: string): Mapped;
}

/** What comes before the name of a pivot's field in the columns of a query, where the target may have one of that name. */
export const pivotPrefix = 'pivot:';

/** The relations of an entity in Objection's words. */
export function relationMappings(mapped: Mapped): RelationMappings {
  const { Model } = objection();
  const { schema } = mapped;
  const mappings: RelationMappings = {};
  for (const [name, relation] of schema.relations) {
    const target = mapped.modelOf(relation.target);
    const modelClass = (): typeof target.class => target.class;
    const own = (column: string): string => `${schema.table}.${column}`;
    const theirs = (column: string): string => `${target.schema.table}.${column}`;
    switch (relation.kind) {
      case 'belongsTo':
        mappings[name] = {
          relation: Model.BelongsToOneRelation,
          modelClass,
          join: { from: own(columnOf(schema.fields, relation.key)), to: theirs('id') },
        };
        break;
      case 'hasOne':
      case 'hasMany':
        mappings[name] = {
          relation: relation.kind === 'hasOne' ? Model.HasOneRelation : Model.HasManyRelation,
          modelClass,
          join: { from: own('id'), to: theirs(columnOf(target.schema.fields, relation.key)) },
        };
        break;
      case 'manyToMany': {
        const { pivot, ownColumn, targetColumn } = relation;
        mappings[name] = {
          relation: Model.ManyToManyRelation,
          modelClass,
          join: {
            from: own('id'),
            through: {
              from: `${pivot.table}.${ownColumn}`,
              to: `${pivot.table}.${targetColumn}`,
              extra: Object.fromEntries(
                pivot.fields.values().map((field) => [pivotPrefix + field.name, field.column]),
              ),
            },
            to: theirs('id'),
          },
        };
      }
    }
  }
  return mappings;
}

function columnOf(fields: EntitySchema['fields'], name: string): string {
  return fields.get(name)?.column ?? name;
}
