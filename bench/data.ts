import { deepEqual } from 'node:assert/strict';
import { randomUUIDv7 } from 'node:crypto';
import { createRequire } from 'node:module';
import type SQLite from 'better-sqlite3';
import type * as Objection from 'objection';
import { Database, DataContext, Reader } from '../kernel/data/index.ts';
import { body, catalog, fill, Post, posts } from './data/blog.ts';
import { byHand, nestedOnPostgres, parseNested } from './data/by-hand.ts';
import { MigratedApplication } from './data/status.ts';
import type { Progress } from './options.ts';
import { atLeast, atMost, type Row, reported } from './report.ts';
import { median, medianRatio } from './statistics.ts';

type Work = () => unknown;

/** Posts with their author and three comments each, the most viewed first. */
const whole = {
  sort: ['-views'],
  page: { size: 20 },
  include: { author: {}, comments: { sort: ['-likes'], limit: 3 } },
};

/** The plan compiler and repositories against what somebody writes by hand, in one process, in rounds that alternate. */
export async function measureData({ quick, tell }: Progress): Promise<readonly Row[]> {
  const rounds = quick ? 3 : 15;
  tell(`data: ${rounds} rounds, in-memory SQLite with ${posts.toLocaleString('en')} posts`);
  await using database = new Database({ url: 'sqlite::memory:' });
  const ids = await fill(database, posts);
  // The very same pages of the file, so that both search the same trees.
  const hand = byHand(await copyOf(database));
  const reader = new Reader(database, catalog);
  const rows = [...(await measureReads({ rounds, reader, hand, database, ids }))];
  tell('  reads');
  rows.push(...(await measureInserts({ rounds: quick ? 2 : 7, database, hand })));
  hand.close();
  tell('  inserts');
  rows.push(...(await measurePostgres(rounds, tell)));
  rows.push(await measureStatus(quick ? 3 : 15));
  return rows;
}

interface Reads {
  readonly rounds: number;
  readonly reader: Reader;
  readonly hand: ReturnType<typeof byHand>;
  readonly database: Database;
  readonly ids: readonly string[];
}

async function measureReads({ rounds, reader, hand, database, ids }: Reads): Promise<readonly Row[]> {
  const { Model }: typeof Objection = createRequire(import.meta.url)('objection');
  class PostModel extends Model {
    static override tableName = 'blog_posts';
  }
  let next = 0;
  const id = (): string => {
    next += 7919;
    return ids[next % ids.length] ?? '';
  };
  const published = { filter: { status: { eq: 'published' } }, sort: ['-views'], page: { size: 20 } };

  deepEqual(plain(await reader.get('blog.post', ids[5] ?? '')), plain(hand.byId(ids[5] ?? '')));
  deepEqual(plain((await reader.list('blog.post', published)).rows), plain(hand.list('published')));
  deepEqual(plain((await reader.list('blog.post', whole)).rows), plain(hand.nested()));

  const byId = await compare(rounds, 2000, {
    plan: () => reader.get('blog.post', id()),
    hand: () => hand.byId(id()),
    objection: () => PostModel.query(database.knex).findById(id()),
  });
  const list = await compare(rounds, 300, {
    plan: () => reader.list('blog.post', published),
    hand: () => hand.list('published'),
  });
  const nested = await compare(rounds, 100, {
    plan: () => reader.list('blog.post', whole),
    hand: () => hand.nested(),
  });
  let statements = 0;
  const end = database.onStatement(() => {
    statements += 1;
  });
  await reader.list('blog.post', whole);
  end();
  const pages = await comparePages(rounds, reader);
  return [
    atMost('data: by id ÷ prepared by hand', medianRatio(byId.plan, byId.hand), 2, '× its time'),
    atLeast('data: Objection ÷ by id', medianRatio(byId.objection, byId.plan), 5, '× faster than Objection'),
    reported('data: by id, µs', median(byId.plan)),
    reported('data: by id prepared by hand, µs', median(byId.hand)),
    atMost(
      'data: list of 20 with filter and sort ÷ prepared by hand',
      medianRatio(list.plan, list.hand),
      1.5,
      '× prepared',
    ),
    atMost('data: statements for 20 posts with author and three comments each', statements, 1, 'statement'),
    atMost(
      'data: 20 posts with author and three comments each ÷ by hand',
      medianRatio(nested.plan, nested.hand),
      1.5,
      '× by hand',
    ),
    atMost(
      'data: cursor page at depth 100,000 ÷ first page',
      medianRatio(pages.deep, pages.first),
      1.2,
      '× first page',
    ),
  ];
}

async function comparePages(rounds: number, reader: Reader): Promise<Series<'first' | 'deep'>> {
  const sort = ['-views'];
  let after: string | undefined;
  for (let depth = 0; depth < 100_000; depth += 100) {
    const page = await reader.list('blog.post', { sort, page: { size: 100, after } });
    after = page.next;
  }
  return compare(rounds, 200, {
    first: () => reader.list('blog.post', { sort, page: { size: 20 } }),
    deep: () => reader.list('blog.post', { sort, page: { size: 20, after } }),
  });
}

interface Inserts {
  readonly rounds: number;
  readonly database: Database;
  readonly hand: ReturnType<typeof byHand>;
}

async function measureInserts({ rounds, database, hand }: Inserts): Promise<readonly Row[]> {
  const repository = new DataContext({ databases: { get: () => database }, catalog }).repository(Post);
  const authorId = String(hand.author());
  const fields = (index: number) => ({ title: `New ${index}`, body, status: 'draft' as const, views: index });
  const many = await compare(rounds, 1, {
    many: () =>
      repository.createMany(Array.from({ length: 10_000 }, (_, index) => ({ ...fields(index), authorId }))),
    hand: () => {
      const rows = Array.from({ length: 10_000 }, (_, index) => {
        const { title, status, views } = fields(index);
        return [randomUUIDv7(), title, body, status, views, authorId];
      });
      hand.insertAll(rows);
    },
  });
  return [
    atMost(
      'data: 10,000 inserts by createMany ÷ by hand in one transaction',
      medianRatio(many.many, many.hand),
      1.5,
      '× by hand',
    ),
  ];
}

async function measurePostgres(rounds: number, tell: Progress['tell']): Promise<readonly Row[]> {
  const url = process.env.TEST_POSTGRES_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres';
  await using server = new Database({ url });
  const { ok, where } = await server.health();
  if (!ok) {
    tell(`  PostgreSQL at ${where} cannot be reached: its row is left out.`);
    return [];
  }
  const name = `backplane_bench_${process.pid}`;
  await server.knex.raw(`create database ${name}`);
  try {
    const own = new URL(url);
    own.pathname = name;
    await using database = new Database({ url: own.href, connections: 1 });
    await fill(database, 20_000);
    const reader = new Reader(database, catalog);
    const hand = async () => (await database.run(nestedOnPostgres)).map((row) => parseNested(row as never));
    deepEqual(plain((await reader.list('blog.post', whole)).rows), plain(await hand()));
    const nested = await compare(rounds, 100, { plan: () => reader.list('blog.post', whole), hand });
    tell('  PostgreSQL');
    return [
      atMost(
        'data: the same on PostgreSQL ÷ by hand',
        medianRatio(nested.plan, nested.hand),
        1.2,
        '× by hand',
      ),
    ];
  } finally {
    await server.knex.raw(`drop database ${name} with (force)`);
  }
}

async function measureStatus(rounds: number): Promise<Row> {
  await using application = await MigratedApplication.create();
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) times.push(await application.status());
  return atMost('data: db status of 200 extensions with 10 migrations each, ms', median(times), 300, 'ms');
}

type Series<Name extends string> = Readonly<Record<Name, readonly number[]>>;

/** µs per call, of each in each round; a first round warms up and does not count. */
async function compare<Name extends string>(
  rounds: number,
  calls: number,
  works: Readonly<Record<Name, Work>>,
): Promise<Series<Name>> {
  const names = Object.keys(works) as Name[];
  const series = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = 0; round <= rounds; round += 1) {
    for (const name of names) {
      const work = works[name];
      const started = performance.now();
      for (let call = 0; call < calls; call += 1) await work();
      const took = ((performance.now() - started) * 1000) / calls;
      if (round > 0) series[name].push(took);
    }
  }
  return series;
}

/** The content of the database, as a file would hold it. */
async function copyOf(database: Database): Promise<Buffer> {
  const { client } = database.knex;
  const connection: SQLite.Database = await client.acquireConnection();
  try {
    return connection.serialize();
  } finally {
    await client.releaseConnection(connection);
  }
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
