import { type Asked, otherEnd } from './requests.ts';

/** A row as it lies in the database. */
export type Stored = Readonly<Record<string, unknown>> & { readonly id: string; readonly teamId: string };

export interface StoredGrant {
  readonly permission: string;
  readonly fields: readonly string[] | null;
  readonly filter: Readonly<Record<string, unknown>> | null;
}

/** Everything there is, in memory. */
export interface World {
  readonly actor: string;
  readonly root: string;
  readonly parents: ReadonlyMap<string, string>;
  readonly roles: ReadonlyMap<
    string,
    { readonly grants: readonly StoredGrant[]; readonly inherits: readonly string[] }
  >;
  readonly memberships: readonly { readonly teamId: string; readonly roleId: string }[];
  readonly rows: Readonly<Record<Asked['entity'], readonly Stored[]>>;
}

interface Held {
  readonly teamId: string;
  readonly grant: StoredGrant;
}

const keys: Readonly<Record<Asked['entity'], readonly string[]>> = {
  'items.item': ['title', 'price', 'state', 'keeperId', 'teamId'],
  'items.note': ['text', 'stars', 'teamId', 'itemId'],
};

/** What the actor was granted of a permission, membership by membership, grant by grant. */
function held(world: World, permission: string): readonly Held[] {
  const grantsOf = (roleId: string, seen: readonly string[]): readonly StoredGrant[] => {
    if (seen.includes(roleId)) return [];
    const role = world.roles.get(roleId);
    return [
      ...(role?.grants ?? []),
      ...(role?.inherits ?? []).flatMap((one) => grantsOf(one, [...seen, roleId])),
    ];
  };
  return world.memberships.flatMap(({ teamId, roleId }) =>
    grantsOf(roleId, [])
      .filter((grant) => isCovered(grant.permission, permission))
      .map((grant) => ({ teamId, grant })),
  );
}

function isCovered(pattern: string, permission: string): boolean {
  const text = pattern
    .split('*')
    .map((part) => part.replaceAll('.', '\\.'))
    .join('.*');
  return new RegExp(`^${text}$`).test(permission);
}

function lies(world: World, teamId: string, below: string): boolean {
  for (let one: string | undefined = teamId; one !== undefined; one = world.parents.get(one))
    if (one === below) return true;
  return false;
}

function isGranted(world: World, entity: Asked['entity'], row: Stored, { teamId, grant }: Held): boolean {
  return lies(world, row.teamId, teamId) && matches(world, entity, row, grant.filter ?? {});
}

/** May the actor see the row at all? */
export function isVisible(world: World, entity: Asked['entity'], row: Stored): boolean {
  return held(world, `${entity}:read`).some((one) => isGranted(world, entity, row, one));
}

/** Which grants reach the row: a filter may ask about other rows, so that these decide about this one. */
export function reachedBy(world: World, entity: Asked['entity'], row: Stored): readonly boolean[] {
  return ['read', 'aggregate'].flatMap((permission) =>
    held(world, `${entity}:${permission}`).map((one) => isGranted(world, entity, row, one)),
  );
}

/** Rows that the actor may see and use in a request that asks about these fields. */
function usable(
  world: World,
  entity: Asked['entity'],
  uses: ReadonlySet<string>,
  permissions: readonly string[],
): readonly Stored[] {
  return world.rows[entity].filter((row) =>
    permissions.every((permission) =>
      held(world, `${entity}:${permission}`).some(
        (one) => allows(one.grant, uses) && isGranted(world, entity, row, one),
      ),
    ),
  );
}

function allows({ fields }: StoredGrant, uses: ReadonlySet<string>): boolean {
  return fields === null || [...uses].every((use) => use === 'id' || fields.includes(use));
}

/** What an answer must be: rows in order, or the code of the error. */
export function answer(world: World, asked: Asked): readonly Record<string, unknown>[] | string {
  const other = otherEnd(asked.entity);
  const isItem = asked.entity === 'items.item';
  const reaches = asked.include || asked.related !== null;
  const uses = new Set([
    ...Object.keys(asked.filter),
    ...asked.sort.map((name) => name.replace('-', '')),
    ...(asked.fields ?? []),
  ]);
  const otherUses = new Set(Object.keys(asked.related?.filter ?? {}));
  if (reaches) (isItem ? otherUses : uses).add('itemId');
  const grants = held(world, `${asked.entity}:read`);
  const otherGrants = held(world, `${other}:read`);
  if (grants.length === 0 || (reaches && otherGrants.length === 0)) return 'ACCESS_DENIED';
  const limited = (list: readonly Held[], entity: Asked['entity']) =>
    keys[entity].filter((key) =>
      list.every(({ grant }) => grant.fields === null || grant.fields.includes(key)),
    );
  const fields = asked.fields ?? limited(grants, asked.entity);
  const otherFields = asked.include ? limited(otherGrants, other) : [];
  for (const field of fields) uses.add(field);
  for (const field of otherFields) otherUses.add(field);
  if (!grants.some(({ grant }) => allows(grant, uses))) return 'FIELD_FORBIDDEN';
  if (reaches && !otherGrants.some(({ grant }) => allows(grant, otherUses))) return 'FIELD_FORBIDDEN';
  const others = reaches ? usable(world, other, otherUses, ['read']) : [];
  const ends = (row: Stored) =>
    others.filter((one) => (isItem ? one.itemId === row.id : row.itemId === one.id));
  const pick = (row: Stored, names: readonly string[]) =>
    Object.fromEntries(['id', ...names].map((name) => [name, row[name]]));
  return inOrder(usable(world, asked.entity, uses, ['read']), asked.sort)
    .filter((row) => matches(world, asked.entity, row, asked.filter))
    .filter((row) => asked.related === null || quantified(world, other, ends(row), asked.related))
    .map((row) => {
      const shown = pick(row, fields);
      if (!asked.include) return shown;
      const found = inOrder(ends(row), []).map((one) => pick(one, otherFields));
      return { ...shown, ...(isItem ? { notes: found } : { item: found[0] ?? null }) };
    });
}

/** How many rows an aggregate counts. */
export function counted(world: World, asked: Pick<Asked, 'entity' | 'filter'>): number | string {
  const uses = new Set(Object.keys(asked.filter));
  for (const permission of ['read', 'aggregate']) {
    if (held(world, `${asked.entity}:${permission}`).length === 0) return 'ACCESS_DENIED';
  }
  for (const permission of ['read', 'aggregate']) {
    if (!held(world, `${asked.entity}:${permission}`).some(({ grant }) => allows(grant, uses)))
      return 'FIELD_FORBIDDEN';
  }
  return usable(world, asked.entity, uses, ['read', 'aggregate']).filter((row) =>
    matches(world, asked.entity, row, asked.filter),
  ).length;
}

function quantified(
  world: World,
  entity: Asked['entity'],
  rows: readonly Stored[],
  { quantifier, filter }: NonNullable<Asked['related']>,
): boolean {
  const fits = (row: Stored) => matches(world, entity, row, filter);
  if (quantifier === 'every') return rows.every(fits);
  return rows.some(fits) === (quantifier !== 'none');
}

function inOrder(rows: readonly Stored[], sort: readonly string[]): readonly Stored[] {
  const order = [...sort, sort.at(-1)?.startsWith('-') ? '-id' : 'id'];
  return rows.toSorted((one, two) => {
    for (const key of order) {
      const name = key.replace('-', '');
      const [a, b] = [one[name], two[name]];
      if (a === b) continue;
      const less = a === null || (b !== null && String(a) < String(b));
      return less === key.startsWith('-') ? 1 : -1;
    }
    return 0;
  });
}

function matches(
  world: World,
  entity: Asked['entity'],
  row: Stored,
  filter: Readonly<Record<string, unknown>>,
): boolean {
  return Object.entries(filter).every(([name, condition]) => {
    const inner = condition as Readonly<Record<string, unknown>>;
    if (name === 'not') return !matches(world, entity, row, inner);
    if (name === 'notes') {
      const notes = world.rows['items.note'].filter(({ itemId }) => itemId === row.id);
      return notes.some((note) => matches(world, 'items.note', note, inner.some as typeof filter));
    }
    if (name === 'item') {
      const item = world.rows['items.item'].find(({ id }) => id === row.itemId);
      return item !== undefined && matches(world, 'items.item', item, inner);
    }
    return Object.entries(inner).every(([operator, given]) =>
      holds(operator, row[name], given === '$actor.id' ? world.actor : given),
    );
  });
}

function holds(operator: string, value: unknown, given: unknown): boolean {
  switch (operator) {
    case 'eq':
      return value === given;
    case 'ne':
      return value !== given;
    case 'in':
      return (given as readonly unknown[]).includes(value);
    case 'isNull':
      return (value === null) === given;
    case 'startsWith':
      return value !== null && String(value).startsWith(String(given));
    case 'gt':
      return value !== null && Number(value) > Number(given);
    default:
      return value !== null && Number(value) >= Number(given);
  }
}
