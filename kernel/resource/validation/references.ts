import type { Filter } from '../../data/entity/filter.ts';
import type { InputFault } from '../../errors.ts';
import { holds } from '../access/holds.ts';
import { countRows, type Placed, type RuleWorld } from './rule-world.ts';

/** A row that the actor cannot see is not there for them: references must not tell which ids there are. */
export function missingRows(
  world: RuleWorld,
  target: string,
  field: string,
  rows: readonly Placed[],
): Promise<readonly InputFault[]> {
  const asked = rows.flatMap(({ input: { [field]: id }, pointer }) =>
    typeof id === 'string' ? [{ id, pointer: `${pointer}/${field}` }] : [],
  );
  return missingAmong(world, target, asked);
}

/** The same of the other ends of pairs. */
export function missingPairs(
  world: RuleWorld,
  target: string,
  relation: string,
  rows: readonly Placed[],
): Promise<readonly InputFault[]> {
  const asked = rows.flatMap(({ input: { [relation]: list }, pointer }) =>
    (Array.isArray(list) ? list : []).map((one: unknown, index) => {
      const id: unknown = typeof one === 'object' && one !== null && 'id' in one ? one.id : one;
      return { id: String(id), pointer: `${pointer}/${relation}/${index}` };
    }),
  );
  return missingAmong(world, target, asked);
}

async function missingAmong(
  world: RuleWorld,
  target: string,
  asked: readonly { readonly id: string; readonly pointer: string }[],
): Promise<readonly InputFault[]> {
  const ids = [...new Set(asked.map(({ id }) => id.toLowerCase()))];
  if (ids.length === 0) return [];
  const readable = await world.readable(target);
  const schema = world.data.schema(target);
  const count = async (some: readonly string[]): Promise<number> => {
    if (readable === 'none') return 0;
    // By a list SQLite would read all rows that the rule names, and look for these among them.
    const [only = ''] = some;
    const among: Filter = { id: some.length === 1 ? { eq: only } : { in: some } };
    const isTold = readable === undefined || some.every((id) => holds(schema, readable, { id }));
    return countRows(world, target, isTold ? among : { and: [readable, among] });
  };
  if ((await count(ids)) === ids.length) return [];
  const missing = new Set<string>();
  for (const id of ids) if ((await count([id])) === 0) missing.add(id);
  return asked
    .filter(({ id }) => missing.has(id.toLowerCase()))
    .map(({ pointer }) => ({ pointer, message: `names no "${target}" that there is` }));
}
