/**
 * What a request costs an actor with 10 grants, and one with 10,000: `node bench/teams.ts [DATABASE_URL]`. Both see the same
 * rows, and take turns. Ratios are what counts: DATA.md allows 1.2.
 */

import { builtInRoles, rootTeamId } from '../extensions/teams/built-in.ts';
import type { Actor } from '../kernel/index.ts';
import { type TestKernel, testKernel } from '../kernel/testing/index.ts';
import { Item } from '../test/support/items/entities/item.ts';

const url = process.argv[2] ?? 'sqlite::memory:';
const rounds = Number(process.env.ROUNDS ?? 40);
const each = 50;

await using kernel: TestKernel = await testKernel({
  from: import.meta.url,
  extensions: ['../extensions/teams', '../test/support/items'],
  env: { DATABASE_URL: url },
  settings: { teams: { epochMaxAge: 600_000 } },
});
const data = kernel.service('data');

async function inPieces<Row>(rows: readonly Row[], write: (some: Row[]) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < rows.length; from += 1000) await write(rows.slice(from, from + 1000));
}

async function makeTeams(count: number): Promise<string[]> {
  const ids: string[] = [];
  await inPieces(Array.from({ length: count }), async (some) => {
    const rows = await data
      .repository('teams.team')
      .createMany(some.map(() => ({ name: 'Team', parentId: rootTeamId })));
    await data.repository('teams.closure').createMany(
      rows.flatMap(({ id }) => [
        { ancestorId: id, descendantId: id, depth: 0 },
        { ancestorId: rootTeamId, descendantId: id, depth: 1 },
      ]),
    );
    ids.push(...rows.map(({ id }) => id));
  });
  return ids;
}

async function makeRoles(
  count: number,
  permissions: (index: number) => readonly string[],
): Promise<string[]> {
  const ids: string[] = [];
  await inPieces(Array.from({ length: count }), async (some) => {
    const rows = await data.repository('teams.role').createMany(some.map(() => ({ name: 'Role' })));
    ids.push(...rows.map(({ id }) => id));
  });
  const grants = ids.flatMap((roleId, index) =>
    permissions(index).map((permission) => ({ roleId, permission })),
  );
  await inPieces(grants, (some) => data.repository('teams.grant').createMany(some));
  return ids;
}

async function makeActor(places: readonly (readonly [team: string, role: string])[]): Promise<Actor> {
  const { id } = await data.factory('auth.user').create();
  await inPieces(places, (some) =>
    data
      .repository('teams.membership')
      .createMany(some.map(([teamId, roleId]) => ({ userId: id, teamId, roleId }))),
  );
  return { id, roles: [] };
}

const hot = await makeTeams(10);
const cold = await makeTeams(9990);
await inPieces(
  Array.from({ length: 20_000 }, (_, index) => ({
    title: `Item ${index}`,
    price: index % 997,
    teamId: String(hot[index % 10]),
  })),
  (some) => data.repository(Item).createMany(some),
);
if (!url.startsWith('sqlite'))
  await data.database().knex.raw(url.startsWith('postgres') ? 'analyze' : 'select 1');

const member = builtInRoles.member;
const [narrow = ''] = await makeRoles(1, () =>
  Array.from({ length: 10 }, (_, i) =>
    i < 2 ? (['items.item:*', 'teams.team:read'][i] ?? '') : `other.thing-${i}:read`,
  ),
);
const [wide = ''] = await makeRoles(1, () =>
  Array.from({ length: 10_000 }, (_, i) =>
    i < 2 ? (['items.item:*', 'teams.team:read'][i] ?? '') : `other.thing-${i}:read`,
  ),
);
const many = await makeRoles(1000, () => ['items.item:*', 'teams.team:read']);
const [first = ''] = hot;

const pairs: Readonly<Record<string, readonly [Actor, Actor]>> = {
  'memberships in teams': [
    await makeActor(hot.map((team) => [team, member])),
    await makeActor([...hot, ...cold].map((team) => [team, member])),
  ],
  'grants in one role': [
    await makeActor(hot.map((team) => [team, narrow])),
    await makeActor(hot.map((team) => [team, wide])),
  ],
  'roles in teams': [
    await makeActor(hot.map((team) => [team, many[0] ?? ''])),
    await makeActor(hot.flatMap((team) => many.map((role) => [team, role] as const))),
  ],
};

const { rows: sample } = await kernel
  .service('managers')
  .asSystem()
  .of(Item)
  .list({ page: { size: 100 } });
let turn = 0;
const operations: Readonly<Record<string, (actor: Actor) => Promise<unknown>>> = {
  get: (actor) =>
    kernel
      .service('managers')
      .as(actor)
      .of(Item)
      .get(sample[turn++ % sample.length]?.id ?? ''),
  list: (actor) => kernel.service('managers').as(actor).of(Item).list(),
  'list, sorted': (actor) =>
    kernel
      .service('managers')
      .as(actor)
      .of(Item)
      .list({ sort: ['-price'] }),
  create: (actor) => kernel.service('managers').as(actor).of(Item).create({ title: 'new', teamId: first }),
};

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}

for (const [what, actors] of Object.entries(pairs)) {
  for (const [name, run] of Object.entries(operations)) {
    const times: [number[], number[]] = [[], []];
    for (const actor of actors) await run(actor);
    for (let round = 0; round < rounds; round += 1) {
      for (const index of [0, 1] as const) {
        const started = performance.now();
        for (let i = 0; i < each; i += 1) await run(actors[index]);
        times[index].push(((performance.now() - started) / each) * 1000);
      }
    }
    const [few, lots] = times.map(median);
    console.log(
      `${what.padEnd(22)} ${name.padEnd(14)} 10: ${few?.toFixed(1)} µs   10,000: ${lots?.toFixed(1)} µs   ${((lots ?? 0) / (few ?? 1)).toFixed(2)}×`,
    );
  }
}
