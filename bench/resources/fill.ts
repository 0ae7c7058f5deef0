import { join } from 'node:path';
import { actingAs, User } from '../../extensions/auth/index.ts';
import { Membership, Role, RoleGrant, rootTeamId, Team } from '../../extensions/teams/index.ts';
import { type TestKernel, testKernel } from '../../kernel/testing/index.ts';
import { packageFolder } from '../workspace.ts';
import { secret } from './schema.ts';
import { slugOf } from './shop/slug.ts';

/** Folders of the extensions that serve items. */
export const shopExtensions = [
  ...['auth', 'rest', 'teams'].map((name) => join(packageFolder, 'extensions', name)),
  join(import.meta.dirname, 'shop'),
];

/** Settings of the kernel that makes the database, and of the one that is measured. */
export const environment = {
  JWT_SECRET: secret,
  AUTH_ALGORITHM: 'HS256',
  AUTH_ACCESS_TOKEN_LIFETIME: String(24 * 60 * 60),
};

/** Somebody who asks, and what they can see. */
export interface Asker {
  readonly token: string;
  /** Of items that they may read. */
  readonly ids: readonly string[];
  /** Of teams in which they may make items. */
  readonly teamIds: readonly string[];
}

export interface Filled {
  /** Members of teams; each sees a quarter of all items. */
  readonly askers: readonly Asker[];
  /** Two who see the same, by ten grants and by ten thousand. */
  readonly ten: Asker;
  readonly tenThousand: Asker;
  readonly categoryIds: readonly string[];
}

const counts = { teams: 100, users: 20, categories: 25, items: 10_000 };
const states = ['draft', 'archived', 'published', 'published'] as const;
const description = 'The quick brown fox jumps over the lazy dog. '.repeat(3).trim();

/**
 * Makes the database that each server gets a copy of: 10,000 items of 100 teams in a tree, 20 members with a role of ten
 * grants, and one with a hundred roles of a hundred grants each.
 */
export async function fill(file: string): Promise<Filled> {
  await using kernel = await testKernel({
    extensions: shopExtensions,
    env: { ...environment, DATABASE_URL: `sqlite:${file}`, LOG_LEVEL: 'error' },
  });
  const data = kernel.service('data');
  const teams = await makeTeams(kernel);
  const categories = await data
    .repository('shop.category')
    .createMany(Array.from({ length: counts.categories }, (_, index) => ({ name: `Category ${index}` })));
  const categoryIds = categories.map(({ id }) => id);
  const itemsByTop = await makeItems(kernel, teams, categoryIds);

  const clerk = await makeRole(kernel, 'Clerk', tenGrants);
  const many: string[] = [];
  for (let index = 0; index < 100; index += 1)
    many.push(await makeRole(kernel, `Part ${index}`, hundredGrants(index)));

  const asker = async (index: number, top: number, roleIds: readonly string[]): Promise<Asker> => {
    const user = await data.repository(User).create({ email: `user-${index}@example.com` });
    const extra = teams[20 + 3 * index];
    const places = [teams[top], ...(index < counts.users && extra ? [extra] : [])];
    await data
      .repository(Membership)
      .createMany(
        places.flatMap((place) =>
          roleIds.map((roleId) => ({ userId: user.id, teamId: place?.id ?? '', roleId })),
        ),
      );
    const { authorization } = await actingAs(kernel, user);
    const teamIds = teams.filter((team) => team.top === top).map(({ id }) => id);
    return { token: authorization, ids: itemsByTop.get(top) ?? [], teamIds };
  };
  const askers: Asker[] = [];
  for (let index = 0; index < counts.users; index += 1) askers.push(await asker(index, index % 4, [clerk]));
  const ten = await asker(counts.users, 0, [clerk]);
  const tenThousand = await asker(counts.users + 1, 0, many);
  // As any database in use is: knowing how its values are spread.
  await data.database().run('analyze');
  return { askers, ten, tenThousand, categoryIds };
}

interface PlacedTeam {
  readonly id: string;
  /** Number of the team right below the root that it belongs to: 0 to 3. */
  readonly top: number;
}

/** Four teams below the root, and four below each other one, until there are enough. */
async function makeTeams(kernel: TestKernel): Promise<readonly PlacedTeam[]> {
  const manager = kernel.service('managers').asSystem().of(Team);
  const teams: PlacedTeam[] = [];
  for (let index = 0; index < counts.teams; index += 1) {
    const parent = teams[Math.floor(index / 4) - 1];
    const { id } = await manager.create({ name: `Team ${index}`, parentId: parent?.id ?? rootTeamId });
    teams.push({ id, top: parent?.top ?? index });
  }
  return teams;
}

async function makeItems(
  kernel: TestKernel,
  teams: readonly PlacedTeam[],
  categoryIds: readonly string[],
): Promise<ReadonlyMap<number, readonly string[]>> {
  const inputs = Array.from({ length: counts.items }, (_, index) => {
    const name = `Item number ${index}`;
    return {
      name,
      slug: slugOf(name),
      description,
      state: states[index % states.length] ?? 'draft',
      price: (index * 7919) % counts.items,
      teamId: teams[(index * 31) % teams.length]?.id ?? '',
      categoryId: categoryIds[index % categoryIds.length] ?? '',
    };
  });
  const rows = await kernel.service('data').repository('shop.item').createMany(inputs);
  const topOf = new Map(teams.map(({ id, top }) => [id, top]));
  const grouped = Map.groupBy(rows, ({ teamId }) => topOf.get(teamId) ?? 0);
  return new Map([...grouped].map(([top, list]) => [top, list.map(({ id }) => id)]));
}

const tenGrants = [
  'shop.item:read',
  'shop.item:create',
  'teams.team:read',
  ...Array.from({ length: 7 }, (_, index) => `part-${index}.thing:read`),
];

function hundredGrants(role: number): readonly string[] {
  const others = Array.from({ length: 97 }, (_, index) => `part-${index}.thing-${role}:read`);
  return ['shop.item:read', 'shop.item:create', 'teams.team:read', ...others];
}

async function makeRole(kernel: TestKernel, name: string, permissions: readonly string[]): Promise<string> {
  const data = kernel.service('data');
  const { id } = await data.repository(Role).create({ name });
  await data.repository(RoleGrant).createMany(permissions.map((permission) => ({ roleId: id, permission })));
  return id;
}
