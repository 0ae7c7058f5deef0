/**
 * Times the reader against statements that were prepared by hand, on SQLite in memory: node test/data/plan/timing.ts
 * It is no test: how long something takes depends on the machine. The ratios are what matters.
 */

import { createRequire } from 'node:module';
import { Database } from 'backplane/data';
import type SQLite from 'better-sqlite3';
import { Reader } from '../../../kernel/data/plan/reader.ts';
import { blog, createBlog } from '../support/blog.ts';
import { id } from './seed.ts';

const posts = 120_000;
const file = `/tmp/backplane-timing-${process.pid}.db`;

const database = new Database({ url: `sqlite:${file}` });
await createBlog(database);
await seed();
const load = createRequire(import.meta.url);
const Handle: typeof SQLite = load('better-sqlite3');
const handle = new Handle(file);
handle.pragma('cache_size = -16000');
const reader = new Reader(database, blog);

const columns =
  'id, title, slug, body, status, views, rating, featured, published_at as publishedAt, day, details, embedding, author_id as authorId, editor_id as editorId, created_at as createdAt, updated_at as updatedAt, deleted_at as deletedAt';

type Raw = Record<string, unknown>;

/** What every reader has to do with a row of a post. */
function mapped(row: Raw): Raw {
  row.featured = row.featured === 1;
  if (row.details !== null) row.details = JSON.parse(String(row.details));
  return row;
}

const byId = handle.prepare<unknown[], Raw>(
  `select ${columns} from blog_posts where id = ? and deleted_at is null`,
);
const listed = handle.prepare<unknown[], Raw>(
  `select ${columns} from blog_posts where +deleted_at is null and views > ? order by created_at desc, id desc limit 21`,
);
const nested = handle.prepare<unknown[], Raw>(
  `select ${columns},
    (select json_object('id', u.id, 'name', u.name, 'email', u.email, 'age', u.age) from blog_users u where u.id = p.author_id) as author,
    (select json_group_array(json_object('id', c.id, 'text', c.text, 'likes', c.likes, 'postId', c.post_id, 'authorId', c.author_id, 'parentId', c.parent_id, 'createdAt', c.created_at, 'updatedAt', c.updated_at))
     from (select * from blog_comments c where c.post_id = p.id order by c.id limit 3) c) as comments
   from blog_posts p where +deleted_at is null order by id limit 21`,
);

async function pageAt(depth: number): Promise<string> {
  const { next } = await reader.list('blog.post', { sort: ['createdAt'], page: { size: 20 } });
  const [hash] = JSON.parse(Buffer.from(String(next), 'base64url').toString()) as [string];
  return Buffer.from(JSON.stringify([hash, moment(depth), id(depth)])).toString('base64url');
}

const deep = await pageAt(100_000);
const filter = { views: { gt: 1000 } };
let number = 0;
const another = (): string => id((number++ % 1000) + 1);

const pairs: readonly [string, () => unknown, () => Promise<unknown>][] = [
  ['by id', () => mapped(byId.get(another()) ?? {}), () => reader.get('blog.post', another())],
  [
    '20 with filter and sort',
    () => listed.all(1000).map(mapped),
    () => reader.list('blog.post', { filter, sort: ['-createdAt'], page: { size: 20 } }),
  ],
  [
    '20 with author and three comments each',
    () =>
      nested.all().map((row) => {
        row.author = JSON.parse(String(row.author));
        row.comments = JSON.parse(String(row.comments));
        return mapped(row);
      }),
    () => reader.list('blog.post', { include: { author: {}, comments: { limit: 3 } }, page: { size: 20 } }),
  ],
  [
    'page at depth 100,000, against the first page',
    () => reader.list('blog.post', { sort: ['createdAt'], page: { size: 20 } }),
    () => reader.list('blog.post', { sort: ['createdAt'], page: { size: 20, after: deep } }),
  ],
];

for (const [name, byHand, read] of pairs) {
  // In turns, so that what else the machine does disturbs both alike.
  let [best, own] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = 0; round < 30; round += 1) {
    best = Math.min(best, await time(byHand));
    own = Math.min(own, await time(read));
  }
  console.log(
    `${name}: ${own.toFixed(1)} µs against ${best.toFixed(1)} µs, ratio ${(own / best).toFixed(2)}`,
  );
}
handle.close();
await database.close();
await import('node:fs/promises').then(({ rm }) =>
  Promise.all(['', '-wal', '-shm'].map((end) => rm(`${file}${end}`, { force: true }))),
);

/** µs of one call. */
async function time(work: () => unknown): Promise<number> {
  const calls = 300;
  const start = performance.now();
  for (let call = 0; call < calls; call += 1) await work();
  return ((performance.now() - start) / calls) * 1000;
}

function moment(number: number): string {
  return new Date(1_700_000_000_000 + number * 1000).toISOString();
}

async function seed(): Promise<void> {
  const { knex } = database;
  await database.transaction(async () => {
    const run = (sql: string, parameters: unknown[]) => void database.run(sql, parameters);
    for (let user = 1; user <= 100; user += 1)
      run('insert into blog_users (id, name, email) values (?, ?, ?)', [
        id(user),
        `User ${user}`,
        `u${user}@x.org`,
      ]);
    for (let post = 1; post <= posts; post += 1) {
      run(
        'insert into blog_posts (id, title, slug, body, status, views, rating, featured, details, author_id, created_at, updated_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
        [
          id(post),
          `Title ${post}`,
          `slug-${post}`,
          'x'.repeat(100),
          post % 2 ? 'published' : 'draft',
          post,
          post / 3,
          post % 2,
          post % 10 ? null : '{"words":1,"tone":"t"}',
          id((post % 100) + 1),
          moment(post),
          moment(post),
        ],
      );
    }
    for (let comment = 1; comment <= 6000; comment += 1)
      run(
        'insert into blog_comments (id, text, likes, post_id, created_at, updated_at) values (?, ?, ?, ?, ?, ?)',
        [id(comment), `Text ${comment}`, comment, id((comment % 1000) + 1), moment(comment), moment(comment)],
      );
  });
  await knex.raw('analyze');
}
