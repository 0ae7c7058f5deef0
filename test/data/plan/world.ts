import type { Database } from 'backplane/data';
import { createBlog } from '../support/blog.ts';
import type { World } from './oracle.ts';
import { comment, id, insert, link, post, user } from './seed.ts';

/** Texts that look like parts of SQL, of patterns and of JSON, or differ in what a careless comparison overlooks. */
export const hostileTexts: readonly string[] = [
  '',
  'a',
  'A',
  'ab',
  'aB',
  'a ',
  ' a',
  'á',
  'á',
  'ß',
  'ss',
  '%',
  '_',
  'a%',
  'a_b',
  '\\',
  '\\%',
  "'",
  "''",
  '"',
  '`',
  "' or 1=1 -- ",
  "\\' or 1=1 -- ",
  "'; drop table blog_posts; --",
  '$1',
  '?',
  ':name',
  '{"a":1}',
  '["a"]',
  'null',
  '\n',
  '\u001f',
  '\u0001',
  '\ud7ff',
  '\ue000',
  '\uffff',
  '😀',
  '😀a',
  '\u{10ffff}',
  '\u{10ffff}b',
  'é😀%_\\\'"',
  'constructor',
  '__proto__',
];

export const numbers: readonly number[] = [-1.5, -1, 0, 0.1, 0.30000000000000004, 1, 2, 1e300, 5e-324];
export const integers: readonly number[] = [
  Number.MIN_SAFE_INTEGER,
  -2,
  -1,
  0,
  1,
  2,
  3,
  2 ** 31,
  Number.MAX_SAFE_INTEGER,
];
export const moments: readonly string[] = [
  '1999-12-31T23:59:59.999Z',
  '2026-01-01T00:00:00.000Z',
  '2026-01-01T00:00:00.001Z',
  '2026-06-30T12:00:00.500Z',
];
export const days: readonly string[] = ['1999-12-31', '2026-01-01', '2026-02-28'];

/** One of the list, for the row of that number; NULL now and then. */
function pick<T>(values: readonly T[], number: number, nullEvery = 0): T | null {
  if (nullEvery > 0 && number % nullEvery === 0) return null;
  return values[(number * 7) % values.length] ?? null;
}

const range = (length: number): readonly number[] => Array.from({ length }, (_, index) => index + 1);

/** Rows of every kind, NULL in all places where it may stand. */
export const world: World = {
  rows: {
    'blog.user': range(12).map((number) =>
      user(number, { name: pick(hostileTexts, number), age: pick(integers, number, 3) }),
    ),
    'blog.profile': range(6).map((number) => ({
      id: id(number),
      biography: pick(hostileTexts, number + 5),
      userId: id(number * 2),
    })),
    'blog.post': range(60).map((number) =>
      post(number, {
        title: pick(hostileTexts, number),
        body: pick(hostileTexts, number + 3, 4),
        status: number % 3 === 0 ? 'published' : 'draft',
        views: pick(integers, number),
        rating: pick(numbers, number, 3),
        featured: number % 2 === 0,
        publishedAt: pick(moments, number, 5),
        day: pick(days, number, 4),
        details: number % 5 === 0 ? { words: number, tone: 'calm' } : null,
        authorId: id((number % 11) + 1),
        editorId: number % 4 === 0 ? null : id((number % 3) + 1),
        createdAt: pick(moments, number),
        deletedAt: number % 13 === 0 ? moments[1] : null,
      }),
    ),
    'blog.comment': range(80).map((number) =>
      comment(number, {
        text: pick(hostileTexts, number + 1),
        likes: pick(integers, number),
        postId: id((number % 40) + 1),
        authorId: number % 3 === 0 ? null : id((number % 9) + 1),
        parentId: number % 4 === 0 && number > 4 ? id(number - 4) : null,
      }),
    ),
    'blog.tag': range(6).map((number) => ({ id: id(1000 + number), name: hostileTexts[number] })),
  },
  tagged: range(60).flatMap((number) =>
    range(number % 4).map((tag): [string, string] => [id(number), id(1000 + ((number + tag) % 5) + 1)]),
  ),
};

/** Builds the tables of the blog, and puts the world into them. */
export async function createWorld(database: Database): Promise<void> {
  await createBlog(database);
  for (const [entity, rows] of Object.entries(world.rows)) {
    // Rows of one table refer to others of it, which must be there before.
    const size = entity === 'blog.comment' ? 1 : rows.length;
    for (let start = 0; start < rows.length; start += size)
      await insert(database, entity, rows.slice(start, start + size));
  }
  await link(
    database,
    'blog.post',
    'tags',
    world.tagged.map(([own, other]) => [own, other, { weight: 1 }]),
  );
}
