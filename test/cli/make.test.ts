import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { entitySource } from '../../kernel/cli/make/entity-source.ts';
import { makeEntity } from '../../kernel/cli/make/make-entity.ts';
import { Application, extension } from './application.ts';

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

  it('calls entities by the singular', async () => {
    await using application = await Application.create(extension('desk'));
    expect(() => makeEntity('desk.open-tickets', [], application.root)).to.throw('Write desk.open-ticket;');
    for (const name of ['address', 'status', 'metadata', 'news']) {
      expect(makeEntity(`desk.${name}`, [], application.root).entity).to.equal(`desk.${name}`);
    }
  });

  it('takes a relation that may be missing, written either way', () => {
    const source = entitySource('shop.category', [
      'parent:belongsTo:shop.category?',
      'owner:belongsTo?:auth.user',
    ]);
    expect(source).to.include("parent: belongsTo('shop.category', { optional: true }),");
    expect(source).to.include("owner: belongsTo('auth.user', { optional: true }),");
  });

  it('drops no word of a relation, and names the form that it should have', () => {
    const refused = (word: string, form: string): void =>
      void expect(() => entitySource('shop.category', [word])).to.throw(form);
    refused('parent:belongsTo:shop.category:optional', 'Write parent:belongsTo:shop.category, and');
    refused(
      'parent:belongsTo:shop.category:optional',
      'parent:belongsTo:shop.category? where it is optional',
    );
    refused('items:hasMany:shop.item?', 'only belongsTo may be optional. Write items:hasMany:shop.item');
    refused('items:hasMany:shop.item:index', 'nothing may stand after the entity, as "index" does');
  });

  it('makes the other side of a relation that is there already', async () => {
    await using application = await Application.create({
      'extensions/shop/manifest.json': '{ "name": "shop", "version": "1.0.0" }',
    });
    const { root } = application;
    makeEntity('shop.product', ['categories:manyToMany:shop.category'], root);
    makeEntity('shop.category', ['products:manyToMany:shop.product'], root);
    makeEntity('shop.shelf', ['products:manyToMany:shop.product'], root);
    const source = (name: string): string =>
      readFileSync(join(root, `extensions/shop/entities/${name}.ts`), 'utf8');
    expect(source('product')).to.include("categories: manyToMany('shop.category'),");
    expect(source('category')).to.include("manyToMany('shop.product', { inverse: 'categories' }),");
    expect(source('shelf')).to.include("products: manyToMany('shop.product'),");
    const { code, stderr } = await application.run(['db', 'make']);
    expect(code, stderr).to.equal(0);
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
