import {
  belongsTo,
  compileEntities,
  type Database,
  defineEntity,
  type EntityCatalog,
  hasMany,
  hasOne,
  manyToMany,
  Type,
} from 'backplane/data';
import { addKey, createTable } from '../../../kernel/data/table/build.ts';
import { tablesOf } from '../../../kernel/data/table/table.ts';

/** Entities with every kind of field and relation, for tests. */
export const User = defineEntity('blog.user', {
  fields: {
    name: Type.String({ maxLength: 100, index: true, contains: true }),
    email: Type.String({ unique: true, maxLength: 200 }),
    password: Type.Optional(Type.String({ read: false, maxLength: 200 })),
    age: Type.Optional(Type.Integer({ index: true })),
  },
  relations: {
    posts: hasMany('blog.post', { key: 'authorId' }),
    profile: hasOne('blog.profile', { onDelete: 'cascade' }),
  },
});

export const Profile = defineEntity('blog.profile', {
  fields: { biography: Type.String() },
  relations: { user: belongsTo('blog.user') },
});

export const Post = defineEntity('blog.post', {
  fields: {
    title: Type.String({ minLength: 1, maxLength: 200, contains: true, index: true }),
    slug: Type.String({ unique: true, maxLength: 200 }),
    body: Type.Optional(Type.String({ contains: true })),
    status: Type.Enum(['draft', 'published'], { default: 'draft', index: true }),
    views: Type.Integer({ default: 0, index: true }),
    rating: Type.Optional(Type.Number({ index: true })),
    featured: Type.Boolean({ default: false }),
    publishedAt: Type.Optional(Type.Timestamp({ index: true })),
    day: Type.Optional(Type.String({ format: 'date', index: true })),
    details: Type.Optional(Type.Object({ words: Type.Integer(), tone: Type.String() })),
    embedding: Type.Optional(Type.Vector(3)),
  },
  relations: {
    author: belongsTo('blog.user'),
    editor: belongsTo('blog.user', { optional: true, onDelete: 'set null' }),
    comments: hasMany('blog.comment', { onDelete: 'cascade' }),
    tags: manyToMany('blog.tag', { pivot: { weight: Type.Integer({ default: 1 }) } }),
  },
  timestamps: true,
  softDelete: true,
  sort: ['createdAt', 'title', 'views', 'rating', 'status'],
  search: ['title', 'body'],
});

export const Comment = defineEntity('blog.comment', {
  fields: { text: Type.String(), likes: Type.Integer({ default: 0, index: true }) },
  relations: {
    post: belongsTo('blog.post'),
    author: belongsTo('blog.user', { optional: true }),
    parent: belongsTo('blog.comment', { optional: true, onDelete: 'cascade' }),
    replies: hasMany('blog.comment', { key: 'parentId' }),
  },
  timestamps: true,
});

export const Tag = defineEntity('blog.tag', {
  fields: { name: Type.String({ unique: true, maxLength: 100 }) },
  relations: { posts: manyToMany('blog.post', { inverse: 'tags' }) },
});

declare module 'backplane' {
  interface Entities {
    'blog.user': typeof User;
    'blog.profile': typeof Profile;
    'blog.post': typeof Post;
    'blog.comment': typeof Comment;
    'blog.tag': typeof Tag;
  }
}

export const blog = compileEntities(
  [User, Profile, Post, Comment, Tag].map((value) => ({ value, owner: 'blog' })),
);

/** Builds the tables of the blog, without migrations; on servers without foreign keys. */
export function createBlog(database: Database): Promise<void> {
  return createTables(database, blog);
}

/** Builds the tables of a catalog, without migrations; on servers without foreign keys. */
export async function createTables({ knex, dialect }: Database, catalog: EntityCatalog): Promise<void> {
  for (const table of tablesOf(catalog)) {
    for (const sql of createTable(knex, dialect, table, dialect === 'sqlite')) await knex.raw(sql);
  }
}

/** Adds the foreign keys of a catalog's tables; SQLite has them with its tables. */
export async function createKeys({ knex, dialect }: Database, catalog: EntityCatalog): Promise<void> {
  if (dialect === 'sqlite') return;
  for (const { name, foreignKeys } of tablesOf(catalog)) {
    await knex.schema.alterTable(name, (table) => {
      for (const key of foreignKeys) addKey(table, key);
    });
  }
}
