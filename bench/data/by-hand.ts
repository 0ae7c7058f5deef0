import { createRequire } from 'node:module';
import type SQLite from 'better-sqlite3';

const load = createRequire(import.meta.url);

const columns = `id, title, body, status, views, author_id as "authorId"`;

/** 20 posts with their author and three comments each, as one statement: what somebody writes who knows the database. */
const nested = {
  sqlite: `select ${columns},
  (select json_object('id', u.id, 'name', u.name) from blog_users u where u.id = p.author_id) as author,
  (select json_group_array(json_object('id', c.id, 'text', c.text, 'likes', c.likes, 'postId', c.post_id)) from
    (select * from blog_comments where post_id = p.id order by likes desc, id desc limit 3) c) as comments
from blog_posts p order by views desc, id desc limit 20`,
  postgres: `select p.id, p.title, p.body, p.status, p.views, p.author_id as "authorId", a.one as author, c.list as comments
from (select * from blog_posts order by views desc, id desc limit 20) p
left join lateral (select json_build_object('id', u.id, 'name', u.name) as one from blog_users u where u.id = p.author_id) a on true
left join lateral (select coalesce(json_agg(json_build_object('id', c.id, 'text', c.text, 'likes', c.likes, 'postId', c.post_id) order by c.likes desc, c.id desc), '[]') as list
  from (select * from blog_comments where post_id = p.id order by likes desc, id desc limit 3) c) c on true
order by p.views desc, p.id desc`,
};
export const nestedOnPostgres = nested.postgres;

/** A database of the same rows, and statements prepared for it by hand. */
export function byHand(copyOf: Buffer) {
  const Database: typeof SQLite = load('better-sqlite3');
  const handle = new Database(copyOf);
  const byId = handle.prepare(`select ${columns} from blog_posts where id = ?`);
  const listed = handle.prepare(
    `select ${columns} from blog_posts where status = ? order by views desc, id desc limit 20`,
  );
  const whole = handle.prepare<unknown[], { author: unknown; comments: unknown }>(nested.sqlite);
  const insert = handle.prepare(
    'insert into blog_posts (id, title, body, status, views, author_id) values (?, ?, ?, ?, ?, ?)',
  );
  return {
    byId: (id: string) => byId.get(id),
    list: (status: string) => listed.all(status),
    nested: () => whole.all().map(parseNested),
    insertAll: handle.transaction((rows: readonly (readonly unknown[])[]) => {
      for (const row of rows) insert.run(...row);
    }),
    author: (): unknown => handle.prepare('select id from blog_users limit 1').pluck().get(),
    close: () => handle.close(),
  };
}

export function parseNested(row: { author: unknown; comments: unknown }) {
  return { ...row, author: parsed(row.author), comments: parsed(row.comments) };
}

function parsed(value: unknown): unknown {
  return typeof value === 'string' ? JSON.parse(value) : value;
}
