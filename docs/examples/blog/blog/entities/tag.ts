import { defineEntity, type Entity, everybody, manyToMany, Type } from 'backplane';

export const Tag = defineEntity('blog.tag', {
  fields: { name: Type.String({ minLength: 1, maxLength: 50, unique: true }) },
  relations: { posts: manyToMany('blog.post', { inverse: 'tags' }) },
  access: { read: everybody() },
  sort: ['name'],
});
export type Tag = Entity<typeof Tag>;

declare module 'backplane' {
  interface Entities {
    'blog.tag': typeof Tag;
  }
}
