import type { Database, Filter } from 'backplane/data';
import { expect } from 'chai';
import fc from 'fast-check';
import { Reader } from '../../../kernel/data/plan/reader.ts';
import type { PageRequest } from '../../../kernel/data/plan/request.ts';
import { blog } from '../support/blog.ts';
import { onEveryDatabase } from '../support/databases.ts';
import { anyFilter, anySort } from './filters.ts';
import { expected, matches, type World } from './oracle.ts';
import type { SeedRow } from './seed.ts';
import { createWorld, world } from './world.ts';

const limits = { filterDepth: 50, filterNodes: 1000, pageMaximum: 100 };

onEveryDatabase('Any filter and sort', (open) => {
  let database: Database;
  let reader: Reader;

  before(async () => {
    database = await open();
    await createWorld(database);
    reader = new Reader(database, blog, limits);
  });

  for (const [entity, numRuns] of [
    ['blog.post', 250],
    ['blog.comment', 80],
    ['blog.user', 80],
  ] as const) {
    it(`finds the rows that it finds in memory: ${entity}`, async () => {
      const property = fc.asyncProperty(anyFilter(entity), anySort(entity), async (filter, sort) => {
        const { rows } = await reader.list(entity, { filter, sort, fields: ['id'], page: { size: 100 } });
        const ids = expected(world, entity, filter, sort).map((row) => row.id);
        expect(rows.map((row) => row.id)).to.deep.equal(ids);
      });
      await fc.assert(property, { numRuns });
    });
  }

  it('reads along what is asked for, and never looks at a row that its rule hides', async () => {
    const rules = fc.record({
      'blog.post': anyFilter('blog.post', 0),
      'blog.comment': anyFilter('blog.comment', 0),
      'blog.user': anyFilter('blog.user', 0),
      'blog.tag': anyFilter('blog.tag', 0),
    });
    const nested = fc.tuple(
      anyFilter('blog.comment', 2),
      anySort('blog.comment'),
      fc.integer({ min: 1, max: 4 }),
    );
    const property = fc.asyncProperty(
      rules,
      anyFilter('blog.post', 2),
      nested,
      async (rule, filter, [inner, sort, limit]) => {
        const access = (entity: string): Filter | undefined => new Map(Object.entries(rule)).get(entity);
        // What rules hide might as well not be there.
        const visible: World = {
          ...world,
          rows: Object.fromEntries(
            Object.entries(world.rows).map(([entity, rows]) => [
              entity,
              rows.filter((row) => matches(world, entity, row, access(entity) ?? {})),
            ]),
          ),
        };
        const include = {
          author: { fields: ['id'] },
          comments: { filter: inner, sort, limit, fields: ['id'] },
          tags: { fields: ['id'] },
        };
        const request = { filter, include, fields: ['authorId'], page: { size: 100 } };
        const { rows } = await reader.list('blog.post', request, { access });
        const ids = (found: readonly SeedRow[]) => found.map((row) => ({ id: row.id }));
        expect(rows).to.deep.equal(
          expected(visible, 'blog.post', filter).map((row) => ({
            id: row.id,
            authorId: row.authorId,
            author: ids(expected(visible, 'blog.user', { id: { eq: String(row.authorId) } }))[0] ?? null,
            comments: ids(
              expected(visible, 'blog.comment', { and: [{ postId: { eq: String(row.id) } }, inner] }, sort),
            ).slice(0, limit),
            tags: ids(expected(visible, 'blog.tag', { posts: { some: { id: { eq: String(row.id) } } } })).map(
              (tag) => ({ ...tag, pivot: { weight: 1 } }),
            ),
          })),
        );
      },
    );
    await fc.assert(property, { numRuns: 80 });
  });

  it('finds them page by page, both ways, each once', async () => {
    const shape = fc.tuple(anyFilter('blog.post', 1), anySort('blog.post'), fc.integer({ min: 5, max: 30 }));
    const property = fc.asyncProperty(shape, async ([filter, sort, size]) => {
      const ids = expected(world, 'blog.post', filter, sort).map((row) => row.id);
      const page = (place: PageRequest) =>
        reader.list('blog.post', { filter, sort, fields: ['id'], page: { ...place, size } });
      const forwards: unknown[] = [];
      let current = await page({});
      for (;;) {
        forwards.push(...current.rows.map((row) => row.id));
        if (current.next === undefined) break;
        current = await page({ after: current.next });
      }
      expect(forwards).to.deep.equal(ids);
      const backwards: unknown[] = [];
      for (;;) {
        backwards.unshift(...current.rows.map((row) => row.id));
        if (current.previous === undefined) break;
        current = await page({ before: current.previous });
      }
      expect(backwards).to.deep.equal(ids);
    });
    await fc.assert(property, { numRuns: 60 });
  });
});
