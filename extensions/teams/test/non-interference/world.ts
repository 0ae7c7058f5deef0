import fc from 'fast-check';

/** One row, by fields. */
export type Row = Readonly<Record<string, string | number | null>>;

export interface GrantPlan {
  readonly permission: string;
  readonly fields: readonly string[] | null;
  readonly filter: Readonly<Record<string, unknown>> | null;
}

/** Everything by numbers: what ids it gets is up to the database. */
export interface WorldPlan {
  /** Each team's parent: the number of one before it, -1 for the root team. */
  readonly teams: readonly number[];
  readonly roles: readonly { readonly grants: readonly GrantPlan[]; readonly inherits: readonly number[] }[];
  /** Of the actor: team (-1: root) and role. */
  readonly memberships: readonly (readonly [team: number, role: number])[];
  readonly items: readonly (Row & { readonly team: number })[];
  readonly notes: readonly (Row & { readonly team: number; readonly item: number })[];
}

const entityFields: Readonly<Record<string, readonly string[]>> = {
  'items.item': ['title', 'price', 'state', 'keeperId', 'teamId'],
  'items.note': ['text', 'stars', 'itemId', 'teamId'],
};

const filters: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>> = {
  'items.item': [
    { price: { gte: 2 } },
    { state: { eq: 'shown' } },
    { keeperId: { eq: '$actor.id' } },
    { not: { title: { eq: 'a' } } },
    { notes: { some: { stars: { gt: 1 } } } },
  ],
  'items.note': [{ stars: { gt: 1 } }, { stars: { isNull: true } }, { item: { price: { gt: 1 } } }],
};

const wide = fc.constantFrom(
  '*',
  '*:read',
  'items.*:read',
  'items.item:*',
  'items.note:*',
  'items.*:aggregate',
  'other.*:*',
);

const narrow = fc.constantFrom('items.item', 'items.note').chain((entity) =>
  fc.record({
    permission: fc.constantFrom(`${entity}:read`, `${entity}:read`, `${entity}:aggregate`),
    fields: fc.option(fc.subarray([...(entityFields[entity] ?? [])], { minLength: 1 }), { freq: 2 }),
    filter: fc.option(fc.constantFrom(...(filters[entity] ?? [])), { freq: 3 }),
  }),
);

const grant: fc.Arbitrary<GrantPlan> = fc.oneof(
  { arbitrary: narrow, weight: 6 },
  { arbitrary: wide.map((permission) => ({ permission, fields: null, filter: null })), weight: 1 },
);

const item = (teams: number) =>
  fc.record({
    team: fc.integer({ min: 0, max: teams - 1 }),
    title: fc.constantFrom('a', 'b', 'c'),
    price: fc.integer({ min: 0, max: 3 }),
    state: fc.constantFrom('draft', 'shown'),
    keeperId: fc.constantFrom('me', 'other', null),
  });

const note = (teams: number, items: number) =>
  fc.record({
    team: fc.integer({ min: 0, max: teams - 1 }),
    item: fc.integer({ min: 0, max: items - 1 }),
    text: fc.constantFrom('a', 'b'),
    stars: fc.constantFrom(null, 1, 2),
  });

export const anyItem = item;
export const anyNote = note;

const teamCount = 6;
const itemCount = 14;

export const anyWorld: fc.Arbitrary<WorldPlan> = fc.record({
  teams: fc.tuple(
    ...Array.from({ length: teamCount }, (_, index) => fc.integer({ min: -1, max: index - 1 })),
  ),
  roles: fc.array(
    fc.record({
      grants: fc.array(grant, { minLength: 1, maxLength: 4 }),
      inherits: fc.uniqueArray(fc.integer({ min: 0, max: 3 }), { maxLength: 2 }),
    }),
    { minLength: 4, maxLength: 4 },
  ),
  memberships: fc.uniqueArray(
    fc.tuple(
      fc.oneof(
        { arbitrary: fc.integer({ min: 0, max: teamCount - 1 }), weight: 12 },
        { arbitrary: fc.constant(-1), weight: 1 },
      ),
      fc.integer({ min: 0, max: 3 }),
    ),
    { minLength: 1, maxLength: 4, selector: (place) => place.join() },
  ),
  items: fc.array(item(teamCount), { minLength: itemCount, maxLength: itemCount }),
  notes: fc.array(note(teamCount, itemCount), { minLength: 8, maxLength: 20 }),
});
