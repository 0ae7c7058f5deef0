import { currentScope } from '../../container/index.ts';
import type { EntitySchema } from '../../data/entity/entity-schema.ts';
import type { Filter, FilterValue } from '../../data/entity/filter.ts';
import type { DataContext } from '../../data/repository/data-context.ts';
import type { InputFault } from '../../errors.ts';
import type { Actor } from '../../http/actor.ts';
import { holds } from '../access/holds.ts';
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
  const faults: InputFault[] = [];
  for (const field of entity.fields.values()) {
    if (field.references)
      faults.push(...(await missingRows(world, field.references.entity, field.name, rows)));
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

/** Does any input have to be looked at? Most have nothing to ask the database about. */
export function hasRules({ fields, indexes }: EntitySchema): boolean {
  return (
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
async function missingRows(
  world: RuleWorld,
  target: string,
  field: string,
  rows: readonly Placed[],
): Promise<readonly InputFault[]> {
  const asked = rows.filter(({ input }) => typeof input[field] === 'string');
  const ids = [...new Set(asked.map(({ input }) => String(input[field]).toLowerCase()))];
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
    .filter(({ input }) => missing.has(String(input[field]).toLowerCase()))
    .map(({ pointer }) => ({
      pointer: `${pointer}/${field}`,
      message: `names no "${target}" that there is`,
    }));
}

async function takenValues(
  world: RuleWorld,
  entity: EntitySchema,
  group: readonly string[],
  rows: readonly Placed[],
): Promise<readonly InputFault[]> {
  const faults: InputFault[] = [];
  const complete = rows.filter(({ input }) => group.every((name) => isValue(input[name])));
  const valuesOf = ({ input }: Placed): Filter =>
    Object.fromEntries(group.map((name) => [name, { eq: input[name] as FilterValue }]));
  const isTaken = async (filter: Filter): Promise<boolean> =>
    (await countRows(world, entity.name, filter)) > 0;
  const [first] = complete;
  // Most lists have nothing that is taken, which one statement tells.
  if (first !== undefined && complete.length > 1 && !(await isTaken({ or: complete.map(valuesOf) })))
    return [];
  for (const row of complete) {
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
