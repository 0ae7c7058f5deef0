import type { Services } from 'backplane';
import { Closure } from '../entities/closure.ts';

type Data = Services['data'];
type Pair = { readonly ancestor_id: string; readonly descendant_id: string; readonly depth: number };

/** Puts a new team into the tree. */
export async function addToTree(data: Data, teamId: string, parentId: string | null): Promise<void> {
  const above = parentId === null ? [] : await pairs(data, 'descendant_id', parentId);
  await data.repository(Closure).createMany([
    { ancestorId: teamId, descendantId: teamId, depth: 0 },
    ...above.map(({ ancestor_id, depth }) => ({
      ancestorId: ancestor_id,
      descendantId: teamId,
      depth: depth + 1,
    })),
  ]);
}

/** Takes a team, with all below it, from its place to another. */
export async function moveInTree(data: Data, teamId: string, parentId: string): Promise<void> {
  const below = await pairs(data, 'ancestor_id', teamId);
  const above = await pairs(data, 'descendant_id', parentId);
  const inside = below.map(({ descendant_id }) => descendant_id);
  const closure = data.repository(Closure);
  await closure
    .query()
    .whereIn('descendantId', inside)
    .whereNot((pair) => pair.whereIn('ancestorId', inside))
    .delete();
  await closure.createMany(
    above.flatMap((upper) =>
      below.map((lower) => ({
        ancestorId: upper.ancestor_id,
        descendantId: lower.descendant_id,
        depth: upper.depth + lower.depth + 1,
      })),
    ),
  );
}

/** The teams at and below a team. */
export async function subtree(data: Data, teamId: string): Promise<ReadonlySet<string>> {
  return new Set((await pairs(data, 'ancestor_id', teamId)).map(({ descendant_id }) => descendant_id));
}

/** A team and those above it. */
export async function lineOf(data: Data, teamId: string): Promise<ReadonlySet<string>> {
  return new Set((await pairs(data, 'descendant_id', teamId)).map(({ ancestor_id }) => ancestor_id));
}

/** As they are now, whatever the transaction has seen before: MariaDB would show them as they were when it began. */
async function pairs(data: Data, column: 'ancestor_id' | 'descendant_id', id: string): Promise<Pair[]> {
  const rows: readonly Readonly<Record<string, unknown>>[] = await data
    .database()
    .knex('teams_closures')
    .select('ancestor_id', 'descendant_id', 'depth')
    .where(column, id)
    .orderBy('depth')
    .forUpdate();
  return rows.map(({ ancestor_id, descendant_id, depth }) => ({
    ancestor_id: String(ancestor_id),
    descendant_id: String(descendant_id),
    depth: Number(depth),
  }));
}
