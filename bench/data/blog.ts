import { randomUUIDv7 } from 'node:crypto';
import {
  belongsTo,
  compileEntities,
  type Database,
  defineEntity,
  hasMany,
  Type,
} from '../../kernel/data/index.ts';
import { createTable } from '../../kernel/data/table/build.ts';
import { tablesOf } from '../../kernel/data/table/table.ts';

/** The entities of the data benchmark: users who write posts that have comments. */
export const User = defineEntity('blog.user', {
  fields: { name: Type.String({ maxLength: 100 }) },
});

export const Post = defineEntity('blog.post', {
  fields: {
    title: Type.String({ minLength: 1, maxLength: 200, pattern: '^[A-Z]' }),
    body: Type.String({ minLength: 1 }),
    status: Type.Enum(['draft', 'published']),
    views: Type.Integer({ minimum: 0, index: true }),
  },
  relations: { author: belongsTo('blog.user'), comments: hasMany('blog.comment') },
  indexes: [['status', 'views']],
  sort: ['views'],
});

export const Comment = defineEntity('blog.comment', {
  fields: { text: Type.String(), likes: Type.Integer() },
  relations: { post: belongsTo('blog.post') },
  indexes: [['postId', 'likes']],
  sort: ['likes'],
});

export const catalog = compileEntities([User, Post, Comment].map((value) => ({ value, owner: 'blog' })));

/** How many posts there are: enough for a cursor at a depth of 100,000. */
export const posts = 120_000;

/** Text of a post that is as long as a short one is. */
export const body = 'The quick brown fox jumps over the lazy dog. '.repeat(6);

/**
 * Builds the tables and fills them; the same rows each time.
 * @param count of posts
 * @returns the ids of the posts
 */
export async function fill(database: Database, count: number): Promise<readonly string[]> {
  const { knex, dialect } = database;
  for (const table of tablesOf(catalog)) {
    for (const sql of createTable(knex, dialect, table, true)) await knex.raw(sql);
  }
  const users = Array.from({ length: 100 }, (_, index) => ({ id: randomUUIDv7(), name: `User ${index}` }));
  const rows = Array.from({ length: count }, (_, index) => ({
    id: randomUUIDv7(),
    title: `Post ${index}`,
    body,
    status: index % 3 === 0 ? 'published' : 'draft',
    views: (index * 7919) % count,
    author_id: users[index % users.length]?.id,
  }));
  // Those that a list of the most viewed begins with have comments.
  const comments = rows
    .filter(({ views }) => views >= count - 200)
    .flatMap(({ id }) =>
      [1, 2, 3].map((likes) => ({ id: randomUUIDv7(), text: `Comment ${likes}`, likes, post_id: id })),
    );
  await database.transaction(async () => {
    await database.knex.batchInsert('blog_users', users, 100);
    await database.knex.batchInsert('blog_posts', rows, 100);
    await database.knex.batchInsert('blog_comments', comments, 100);
  });
  // As any database in use is: knowing how its values are spread.
  await database.run('analyze');
  return rows.map(({ id }) => id);
}
