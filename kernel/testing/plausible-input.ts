import type { EntitySchema } from '../data/entity/entity-schema.ts';
import type { DataContext } from '../data/repository/data-context.ts';
import { isInput } from '../resource/index.ts';

/**
 * A plausible input of an entity: by its factory, with the rows that it has to belong to made first, and without what only
 * the server sets.
 */
export async function plausibleInput(
  data: DataContext,
  schema: EntitySchema,
  state: Readonly<Record<string, unknown>> = {},
): Promise<Record<string, unknown>> {
  const keys: Record<string, unknown> = {};
  for (const relation of schema.relations.values()) {
    if (relation.kind !== 'belongsTo' || relation.optional || relation.key in state) continue;
    keys[relation.key] = (await data.factory({ name: relation.target }).create()).id;
  }
  const made: Readonly<Record<string, unknown>> = data.factory(schema).make({ ...keys, ...state });
  return Object.fromEntries(
    Object.entries(made).filter(([name, value]) => {
      const field = schema.fields.get(name);
      return field !== undefined && isInput(field) && value !== undefined;
    }),
  );
}
