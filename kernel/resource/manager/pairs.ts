import type { EntitySchema } from '../../data/entity/entity-schema.ts';
import type { Input } from '../validation/input-validator.ts';
import { pairRelations } from '../view/pair-relations.ts';
import type { World } from './world.ts';

/** The other ends that an input gives a row by one relation, each with the fields of the pair. */
interface Pairs {
  readonly relation: string;
  readonly targets: readonly { readonly id: string; readonly fields: Input }[];
}

/** What of an input is the row, and what stands in tables between it and others. */
export function splitInput(
  schema: EntitySchema,
  input: Input,
): { readonly values: Input; readonly pairs: readonly Pairs[] } {
  const relations = pairRelations(schema).filter(({ name }) => input[name] !== undefined);
  if (relations.length === 0) return { values: input, pairs: [] };
  const values = { ...input };
  const pairs = relations.map(({ name: relation }) => {
    delete values[relation];
    return { relation, targets: pairsIn(input[relation]) };
  });
  return { values, pairs };
}

/** The pairs of an input, as ids or as objects. */
function pairsIn(list: unknown): Pairs['targets'] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((one: unknown) => {
    if (typeof one === 'string') return [{ id: one, fields: {} }];
    if (typeof one !== 'object' || one === null || !('id' in one)) return [];
    const { id, ...fields } = one;
    return [{ id: String(id), fields }];
  });
}

/** Makes the pairs of a row those of an input, in the transaction that writes the row. */
export async function writePairs(
  world: World,
  schema: EntitySchema,
  id: string,
  pairs: readonly Pairs[],
): Promise<void> {
  const rows = world.repository(schema);
  for (const { relation: name, targets } of pairs) {
    // Which relations have pairs is known only at run time.
    const relation = name as never;
    await rows.detach(id, relation);
    const plain = targets.filter(({ fields }) => Object.keys(fields).length === 0).map((one) => one.id);
    if (plain.length > 0) await rows.attach(id, relation, plain);
    for (const { id: target, fields } of targets) {
      if (Object.keys(fields).length > 0) await rows.attach(id, relation, target, fields);
    }
  }
}
