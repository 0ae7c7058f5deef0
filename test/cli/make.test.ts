import { expect } from 'chai';
import { entitySource } from '../../kernel/cli/make/entity-source.ts';

describe('make entity', () => {
  it('writes an entity as its developer would', () => {
    expect(
      entitySource('blog.post', [
        'title:string',
        'slug:string:unique',
        'body:text?',
        'status:draft|published:index',
        'author:belongsTo:auth.user',
      ]),
    ).to.equal(`import { belongsTo, defineEntity, type Entity, Type } from 'backplane';

export const Post = defineEntity('blog.post', {
  fields: {
    title: Type.String({ maxLength: 200 }),
    slug: Type.String({ maxLength: 200, unique: true }),
    body: Type.Optional(Type.String()),
    status: Type.Enum(['draft', 'published'], { index: true }),
  },
  relations: {
    author: belongsTo('auth.user'),
  },
  timestamps: true,
});
export type Post = Entity<typeof Post>;

declare module 'backplane' {
  interface Entities {
    'blog.post': typeof Post;
  }
}
`);
  });

  it('tells every word that it does not understand, with what it knows', () => {
    let message = '';
    try {
      entitySource('blog.post', [
        'Title:string',
        'body:txt',
        'slug:string:unqiue',
        'author:belongsTo',
        'x:constructor',
      ]);
    } catch (error) {
      message = String(error);
    }
    expect(message).to.include('"Title:string" cannot be made: its name must be in camel case');
    expect(message).to.include('Did you mean "text"?');
    expect(message).to.include('"unqiue" is none of unique, index. Did you mean "unique"?');
    expect(message).to.include('author:belongsTo:auth.user');
    expect(message).to.include('"constructor" is none of');
  });
});
