import { type Create, type Database, DataContext, type Entity } from 'backplane/data';
import { blog, createBlog, createKeys, Post, User } from './blog.ts';
import type { OpenDatabase } from './databases.ts';

/** The blog in a database of its own. */
export interface BlogData {
  readonly database: Database;
  readonly data: DataContext;
  /** Sets the clock that rows get their times from; ms since the epoch. */
  readonly setTime: (time: number) => void;
  readonly user: (input?: Partial<Create<typeof User>>) => Promise<Entity<typeof User>>;
  readonly post: (input?: Partial<Create<typeof Post>>) => Promise<Entity<typeof Post>>;
}

let made = 0;

export async function openBlog(open: OpenDatabase): Promise<BlogData> {
  const database = await open();
  await createBlog(database);
  await createKeys(database, blog);
  let time = Date.parse('2026-01-01T00:00:00.000Z');
  const data = new DataContext({ databases: { get: () => database }, catalog: blog, now: () => time });
  const user: BlogData['user'] = (input) => {
    made += 1;
    return data.repository(User).create({ name: `User ${made}`, email: `${made}@example.org`, ...input });
  };
  return {
    database,
    data,
    setTime(to) {
      time = to;
    },
    user,
    async post(input) {
      made += 1;
      const authorId = input?.authorId ?? (await user()).id;
      return data
        .repository(Post)
        .create({ title: `Post ${made}`, slug: `post-${made}`, ...input, authorId });
    },
  };
}

/** The error that a promise rejects with. */
export async function errorOf(work: Promise<unknown> | (() => unknown)): Promise<Error & { code?: string }> {
  try {
    await (typeof work === 'function' ? work() : work);
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
  throw new Error('It did not fail.');
}
