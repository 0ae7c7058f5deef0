import type { EntitySchema } from '../../data/entity/entity-schema.ts';
import type { Filter, FilterValue } from '../../data/entity/filter.ts';
import type { InputFault } from '../../errors.ts';
import { rulesOf } from './rule.ts';
import { countRows, isValue, type Placed, type RuleWorld } from './rule-world.ts';

/** What must be one of a kind together. */
export function uniqueGroups({ fields, indexes }: EntitySchema): readonly (readonly string[])[] {
  return [
    ...[...fields.values()]
      .filter(({ unique, schema }) => unique || asksFor(schema, 'unique'))
      .map(({ name }) => [name]),
    ...indexes.filter(({ unique }) => unique).map(({ fields: names }) => names),
  ];
}

function asksFor(schema: object, rule: string): boolean {
  return rulesOf(schema).some(([name]) => name === rule);
}

/** Values that another row has already. */
export async function takenValues(
  world: RuleWorld,
  entity: EntitySchema,
  group: readonly string[],
  rows: readonly Placed[],
): Promise<readonly InputFault[]> {
  const faults: InputFault[] = [];
  const memberOf = ({ input, row }: Placed, name: string): unknown =>
    name in input ? input[name] : row?.[name];
  const complete = rows.filter(
    (one) => group.some((name) => name in one.input) && group.every((name) => isValue(memberOf(one, name))),
  );
  const valuesOf = (one: Placed): Filter =>
    Object.fromEntries(group.map((name) => [name, { eq: memberOf(one, name) as FilterValue }]));
  const isTaken = async (filter: Filter): Promise<boolean> =>
    (await countRows(world, entity.name, filter)) > 0;
  for (const row of await suspects(complete, valuesOf, isTaken)) {
    const others: Filter = row.id === undefined ? {} : { id: { ne: row.id } };
    if (!(await isTaken({ and: [valuesOf(row), others] }))) continue;
    const [name = ''] = group;
    const message =
      group.length === 1
        ? 'is taken already'
        : `is taken already, together with ${group.slice(1).join(', ')}`;
    faults.push({ pointer: `${row.pointer}/${name}`, message });
  }
  return faults;
}

/** Rows of whose values some are taken: most lists have none, which a few statements tell. */
async function suspects(
  rows: readonly Placed[],
  valuesOf: (row: Placed) => Filter,
  isTaken: (filter: Filter) => Promise<boolean>,
): Promise<readonly Placed[]> {
  if (rows.length <= 1) return rows;
  const found: Placed[] = [];
  // A database takes no condition of any length.
  for (let start = 0; start < rows.length; start += 200) {
    const some = rows.slice(start, start + 200);
    if (await isTaken({ or: some.map(valuesOf) })) found.push(...some);
  }
  return found;
}
