import { currentScope } from '../../container/index.ts';
import type { EntitySchema } from '../../data/entity/entity-schema.ts';
import type { Filter, FilterValue } from '../../data/entity/filter.ts';
import type { DataContext } from '../../data/repository/data-context.ts';
import { kindFault } from '../../data/value/column-value.ts';
import type { InputFault } from '../../errors.ts';
import type { Actor } from '../../http/actor.ts';
import { holds } from '../access/holds.ts';
import { pairRelations } from '../view/pair-relations.ts';
import type { Input } from './input-validator.ts';
import { type OwnedRule, rulesOf } from './rule.ts';

/** What the checks against the database need. */
export interface RuleWorld {
  readonly data: DataContext;
  readonly actor: Actor | undefined;
  /** The rule of that name. */
  rule(name: string): OwnedRule;
  /** Which rows of an entity the actor may read: a filter, `undefined` for all, `'none'` for none. */
  readable(entity: string): Promise<Filter | undefined | 'none'>;
}

/** An input, and where it stands in what was sent. */
export interface Placed {
  readonly input: Input;
  readonly pointer: string;
  /** Of the row that is updated. */
  readonly id: string | undefined;
  /** That row as it is. */
  readonly row?: Readonly<Record<string, unknown>>;
}

/**
 * Checks inputs against the database: `unique` values, references to rows that the actor can see, and the rules that
 * fields ask for by name.
 *
 * @returns what is wrong, all of it
 */
export async function ruleFaults(
  world: RuleWorld,
  entity: EntitySchema,
  rows: readonly Placed[],
): Promise<readonly InputFault[]> {
  const faults: InputFault[] = [...misfits(entity, rows)];
  // Nothing can be asked about what no column could hold.
  if (faults.length > 0) return faults;
  for (const field of entity.fields.values()) {
    if (field.references)
      faults.push(...(await missingRows(world, field.references.entity, field.name, rows)));
  }
  for (const { name, target } of pairRelations(entity)) {
    faults.push(...(await missingPairs(world, target, name, rows)));
  }
  // Whether values are taken together with a row that the actor cannot see is not for them to know either.
  const missing = new Set(faults.map(({ pointer }) => pointer));
  for (const field of entity.fields.values()) {
    for (const [name, parameter] of rulesOf(field.schema)) {
      if (name === 'unique' || name === 'exists') continue;
      faults.push(
        ...(await ownFaults(world, world.rule(name), { entity, field: field.name, parameter }, rows)),
      );
    }
  }
  for (const group of uniqueGroups(entity)) {
    const sound = rows.filter(({ pointer }) => !group.some((name) => missing.has(`${pointer}/${name}`)));
    faults.push(...(await takenValues(world, entity, group, sound)));
  }
  return faults;
}

/** Values that meet the schema of their field, and that no database holds: a NUL in a text, a moment that never was. */
function misfits({ fields }: EntitySchema, rows: readonly Placed[]): readonly InputFault[] {
  return rows.flatMap(({ input, pointer }) =>
    Object.entries(input).flatMap(([name, value]) => {
      const type = fields.get(name)?.type;
      const message = type && isValue(value) ? kindFault(type, value) : undefined;
      return message === undefined ? [] : [{ pointer: `${pointer}/${name}`, message }];
    }),
  );
}

/** Does any input have to be looked at? Most have nothing to ask the database about. */
export function hasRules(entity: EntitySchema): boolean {
  const { fields, indexes } = entity;
  return (
    pairRelations(entity).length > 0 ||
    indexes.some(({ unique }) => unique) ||
    [...fields.values()].some(
      ({ references, unique, schema }) => references !== undefined || unique || rulesOf(schema).length > 0,
    )
  );
}

/** What must be one of a kind together. */
function uniqueGroups({ fields, indexes }: EntitySchema): readonly (readonly string[])[] {
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

/** A row that the actor cannot see is not there for them: references must not tell which ids there are. */
function missingRows(
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
function missingPairs(
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

async function takenValues(
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

/** The application's own question: it may ask about any field, and has no limits. */
function countRows({ data }: RuleWorld, entity: string, filter: Filter): Promise<number> {
  const { database } = data.schema(entity).options;
  return data
    .reader(database)
    .count(entity, {}, { access: (name) => (name === entity ? filter : undefined) });
}

async function ownFaults(
  { data, actor }: RuleWorld,
  { rule, owner }: OwnedRule,
  asked: { readonly entity: EntitySchema; readonly field: string; readonly parameter: unknown },
  rows: readonly Placed[],
): Promise<readonly InputFault[]> {
  const faults: InputFault[] = [];
  const services = currentScope()?.of(owner.container) ?? owner.container.services;
  for (const { input, pointer, id } of rows) {
    const value = input[asked.field];
    if (!isValue(value)) continue;
    const message = await rule.check({ ...asked, value, input, id, actor, data, services });
    if (message !== undefined) faults.push({ pointer: `${pointer}/${asked.field}`, message });
  }
  return faults;
}

function isValue(value: unknown): boolean {
  return value !== undefined && value !== null;
}
