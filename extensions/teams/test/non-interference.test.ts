import { isBackplaneError } from 'backplane';
import { Database } from 'backplane/data';
import type { TestKernel } from 'backplane/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import { answer, counted, isVisible, reachedBy, type Stored, type World } from './non-interference/oracle.ts';
import { placeWorld } from './non-interference/place-world.ts';
import { type Asked, anyAsked, requestOf } from './non-interference/requests.ts';
import { anyWorld } from './non-interference/world.ts';
import { start } from './support/start.ts';

const servers = [
  { title: 'SQLite', url: undefined, runs: 60 },
  { title: 'SQLite, with teams looked up', url: undefined, runs: 30, listedTeams: 0 },
  { title: 'SQLite, with few teams named', url: undefined, runs: 20, listedTeams: 1 },
  { title: 'PostgreSQL', url: 'postgres://postgres@127.0.0.1:5432/postgres', runs: 12, listedTeams: 1 },
  { title: 'MariaDB', url: 'mysql://root@127.0.0.1:3306/mysql', runs: 8, listedTeams: 0 },
];

for (const { title, url, runs, listedTeams = 50 } of servers) {
  describe(`Whoever asks for rows of teams, on ${title},`, () => {
    const name = `backplane_teams_${process.pid}`;
    let kernel: TestKernel;
    let actor = '';
    let other = '';

    before(async function () {
      if (url !== undefined && !(await create(url, name))) return this.skip();
      const env = url === undefined ? {} : { DATABASE_URL: withName(url, name) };
      kernel = await start({ env, settings: { listedTeams } });
      const users = await kernel.service('data').factory('auth.user').createMany(2);
      [actor = '', other = ''] = users.map(({ id }) => id);
    });

    after(async () => {
      if (kernel === undefined) return;
      await kernel[Symbol.asyncDispose]();
      if (url !== undefined) await onServer(url, `drop database ${name}`);
    });

    it('gets those that they may see, all of them, and no others', async () => {
      const property = fc.asyncProperty(
        anyWorld,
        fc.array(anyAsked, { minLength: 8, maxLength: 8 }),
        async (plan, all) => {
          const world = await placeWorld(kernel, actor, other, plan);
          for (const asked of all) {
            expect(await ask(asked), JSON.stringify(asked)).to.deep.equal(answer(world, asked));
            expect(await count(asked), JSON.stringify(asked)).to.deep.equal(counted(world, asked));
          }
        },
      );
      await fc.assert(property, { numRuns: runs });
    }).timeout(60_000);

    it('gets the same bytes whatever happens to rows that they may not see', async () => {
      const changes = fc.array(fc.tuple(fc.nat(), fc.constantFrom('update', 'delete', 'insert')), {
        minLength: 6,
        maxLength: 6,
      });
      const property = fc.asyncProperty(
        anyWorld,
        fc.array(anyAsked, { minLength: 6, maxLength: 6 }),
        changes,
        async (plan, all, many) => {
          const world = await placeWorld(kernel, actor, other, plan);
          const bytes = async (): Promise<string> => {
            const answers: unknown[] = [];
            for (const asked of all) answers.push(await raw(asked), await count(asked));
            return JSON.stringify(answers);
          };
          const before = await bytes();
          let now = world;
          for (const [pick, what] of many) now = await disturb(now, pick, what);
          expect(await bytes()).to.equal(before);
        },
      );
      await fc.assert(property, { numRuns: runs });
    }).timeout(60_000);

    function manager(asked: Pick<Asked, 'entity'>) {
      return kernel.service('managers').as({ id: actor, roles: [] }).of({ name: asked.entity });
    }

    /** All pages, one after another. */
    async function ask(asked: Asked): Promise<unknown> {
      const request: { page?: { size: number } } = requestOf(asked);
      try {
        const rows: unknown[] = [];
        let after: string | undefined;
        do {
          const page = await manager(asked).list({ ...request, page: { size: asked.size, after } });
          rows.push(...page.rows);
          after = page.next;
        } while (after !== undefined);
        return rows;
      } catch (error) {
        return codeOf(error);
      }
    }

    /** One answer, with everything in it. */
    async function raw(asked: Asked): Promise<unknown> {
      try {
        return await manager(asked).list({ ...requestOf(asked), count: 'exact' });
      } catch (error) {
        return codeOf(error);
      }
    }

    async function count({ entity, filter }: Asked): Promise<unknown> {
      try {
        const [row] = await manager({ entity }).aggregate({ filter: filter as never, count: true });
        return row?.count;
      } catch (error) {
        return codeOf(error);
      }
    }

    /** Changes a row that the actor does not see, unless they would see a difference by their own rights. */
    async function disturb(world: World, pick: number, what: string): Promise<World> {
      const entity = pick % 2 === 0 ? 'items.item' : 'items.note';
      const hidden = world.rows[entity].filter((row) => !isVisible(world, entity, row));
      const row = hidden[pick % Math.max(1, hidden.length)];
      if (row === undefined) return world;
      const value =
        entity === 'items.item'
          ? { price: pick % 4, title: 'abc'.charAt(pick % 3) }
          : { stars: (pick % 2) + 1 };
      const changed = { ...row, ...value };
      const rows = world.rows[entity];
      const repository = kernel.service('data').repository({ name: entity });
      const { id, ...values } = changed;
      const made =
        what === 'insert' ? ((await repository.create(values as never)) as unknown as Stored) : changed;
      const next = {
        ...world,
        rows: {
          ...world.rows,
          [entity]:
            what === 'insert'
              ? [...rows, made]
              : rows.flatMap((one) => (one.id !== id ? [one] : what === 'delete' ? [] : [changed])),
        },
      };
      const isUsed = entity === 'items.item' && world.rows['items.note'].some(({ itemId }) => itemId === id);
      const isSeen = seen(next) !== seen(world) || (what === 'delete' && isUsed);
      if (isSeen) {
        if (what === 'insert') await repository.delete(made.id);
        return world;
      }
      if (what === 'update') await repository.update(id, value as never);
      if (what === 'delete') await repository.delete(id);
      return next;
    }

    /** The rows that the actor sees, and what decides so. */
    function seen(world: World): string {
      return JSON.stringify(
        (['items.item', 'items.note'] as const).flatMap((entity) =>
          world.rows[entity]
            .filter((row) => isVisible(world, entity, row))
            .map((row) => [row, reachedBy(world, entity, row)]),
        ),
      );
    }
  });
}

function codeOf(error: unknown): string {
  if (isBackplaneError(error)) return error.code;
  throw error;
}

async function create(url: string, name: string): Promise<boolean> {
  await using server = new Database({ url, acquireTimeout: 2000 });
  if (!(await server.health()).ok) return false;
  await server.knex.raw(`create database ${name}`);
  return true;
}

async function onServer(url: string, sql: string): Promise<void> {
  await using server = new Database({ url });
  await server.knex.raw(sql);
}

function withName(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}
