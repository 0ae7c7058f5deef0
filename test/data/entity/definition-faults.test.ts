import {
  belongsTo,
  compileEntities,
  defineEntity,
  extendEntity,
  hasMany,
  hasOne,
  manyToMany,
  Type,
} from 'backplane/data';
import { expect } from 'chai';
import { FaultList, isBackplaneError } from '../../../kernel/errors.ts';

/** What is said of values that no type lets through, as a misspelt word in JavaScript, or in an object of a wider type. */
function faultsOf(...values: readonly unknown[]): readonly string[] {
  const contributions = values.map((value) => ({ value, owner: 'shop' }));
  try {
    compileEntities(contributions as Parameters<typeof compileEntities>[0]);
  } catch (error) {
    const faults = error instanceof FaultList ? error.errors : [error];
    return faults.map((fault) => {
      if (!isBackplaneError(fault) || fault.code !== 'ENTITY_INVALID') throw fault;
      return fault.message.replace(/^Entity "[^"]+" \(extension "shop"\): /, '');
    });
  }
  return [];
}

const entity = (options: object, name = 'shop.product'): object => ({ name, options });
const fields = (given: object): readonly string[] => faultsOf(entity({ fields: given }));
const relations = (given: object): readonly string[] => faultsOf(entity({ fields: {}, relations: given }));

describe('A definition with a fault', () => {
  it('is refused for options that there are not, each with the nearest', () => {
    expect(faultsOf(entity({ fields: {}, timestamp: true, softdelete: true }))).to.deep.equal([
      '"timestamp" is unknown. Did you mean "timestamps"?',
      '"softdelete" is unknown. Did you mean "softDelete"?',
    ]);
    expect(faultsOf(entity({ fields: {} }), { extends: 'shop.product', options: { timestamps: true } }))
      .to.have.length(1)
      .and.match(/"timestamps" is unknown\..*extendEntity takes no more/);
  });

  it('is refused for options with values that say nothing', () => {
    expect(
      faultsOf(
        entity({ fields: { name: Type.String() }, unique: ['name', 'sku'], sort: 'name', search: [3] }),
      ),
    ).to.deep.equal([
      `"unique" must be groups of fields, as [['name', 'sku']], not ["name","sku"].`,
      `"sort" must be names of fields, as ['title'], not "name".`,
      `"search" must be names of fields, as ['title'], not [3].`,
    ]);
    expect(faultsOf(entity({ fields: {}, timestamps: 'yes', table: '', example: {} }))).to.have.length(3);
  });

  it('is refused for options of fields that there are not', () => {
    expect(fields({ name: Type.String({ maxLenght: 10, uniqe: true }) })).to.deep.equal([
      'Its field "name" has the option "maxLenght", which is unknown. Did you mean "maxLength"?',
      'Its field "name" has the option "uniqe", which is unknown. Did you mean "unique"?',
    ]);
    expect(fields({ at: Type.Object({ x: Type.Number({ minimun: 1 }) }) })[0]).to.include(
      'holds "x", which has the option "minimun", which is unknown. Did you mean "minimum"?',
    );
    expect(fields({ name: Type.String({ unique: 'yes' as never }) })[0]).to.include('must be true or false');
  });

  it('is refused for fields that are no schemas', () => {
    expect(
      fields({ a: 'string', b: Type.String, c: belongsTo('shop.product'), d: null, e: Type.Enum([]) }),
    ).to.deep.equal([
      'Its field "a" is "string", which is no schema. Write a type, as Type.String().',
      'Its field "b" is a function. Call it, as Type.String().',
      'Its field "c" is a relation. Put it under "relations".',
      'Its field "d" is null, which is no schema. Write a type, as Type.Integer().',
      'Its field "e" is an Enum without values. Give it one.',
    ]);
  });

  it('is refused for defaults that are no values of their fields', () => {
    expect(
      fields({
        count: Type.Integer({ default: 'x' as never }),
        status: Type.Enum(['draft', 'live'], { default: 'lvie' }),
        stars: Type.Integer({ default: 9, maximum: 5 }),
        at: Type.Timestamp({ default: 'now' }),
        tags: Type.Array(Type.String(), { default: [1] as never }),
      }),
    ).to.deep.equal([
      'Its field "count" has the default "x", which does not fit its own schema.',
      'Its field "status" has the default "lvie", which is none of its values ("draft", "live").',
      'Its field "stars" has the default 9, which does not fit its own schema.',
      'Its field "at" has the default "now", which does not fit its own schema.',
      'Its field "tags" has the default [1], which does not fit its own schema.',
    ]);
  });

  it('is refused for relations that are none, and for their options', () => {
    const Product = defineEntity('shop.product', { fields: {} });
    expect(
      relations({
        b: 'shop.product',
        c: {},
        d: { kind: 'belongsTo', target: Product },
        e: { ...belongsTo('shop.product'), optinal: true, onDelete: 'cascad' },
        f: manyToMany('shop.product', { pivot: { weight: Type.Integer({ defualt: 1 }) } }),
      }),
    ).to.deep.equal([
      `Its relation "b" is "shop.product". Say how they are related: b: belongsTo('shop.product'), or hasMany, hasOne, manyToMany.`,
      `Its relation "c" is {}, which is no relation. Write belongsTo('blog.post'), or hasMany, hasOne, manyToMany.`,
      `Its relation "d" leads to no name of an entity. Write belongsTo('shop.product').`,
      `Its relation "e" has an option that is none: "optinal" is unknown. Did you mean "optional"?`,
      `Its relation "e" says "onDelete": "cascad", which is none of "restrict", "cascade", "set null". Did you mean "cascade"?`,
      'The field of its relation "f" "weight" has the option "defualt", which is unknown. Did you mean "default"?',
    ]);
  });

  it('is refused when it is no entity at all, or says nothing of fields', () => {
    expect(faultsOf({ fields: {} }, null, { name: 'shop.a' }, entity({}))).to.deep.equal([
      `{"fields":{}} is no entity. Write defineEntity('blog.post', { fields: {…} }).`,
      `null is no entity. Write defineEntity('blog.post', { fields: {…} }).`,
      'It has no options. Write { fields: {…} } after its name.',
      '"fields" is missing. Write fields: {} if it has none of its own.',
    ]);
  });

  it('is told together with what else is wrong', () => {
    const faults = faultsOf(entity({ fields: { and: Type.String() }, timestamp: true, sort: ['nmae'] }));
    expect(faults).to.have.length(3);
  });

  it('may say whatever JSON schema and OpenAPI know', () => {
    const name = Type.String({
      ...{ title: 'Name', description: 'What it is called', examples: ['a'], format: 'email', pattern: '.' },
      ...{ minLength: 1, maxLength: 9, deprecated: true, 'x-order': 1, read: false, contains: true },
    });
    const list = Type.Array(Type.Integer(), { contains: Type.Literal(1), default: [1], uniqueItems: true });
    const at = Type.Timestamp({ default: '2026-01-31T12:00:00.000Z' });
    expect(
      fields({ name, list, at, none: Type.Optional(Type.String({ default: null as never })) }),
    ).to.deep.equal([]);
  });
});

describe('A relation that could be meant in two ways', () => {
  const key = (target: string, options?: object): object => ({ ...belongsTo(target), ...options });

  it('is refused when its key could be each of several', () => {
    const product = entity({
      fields: {},
      relations: { moves: hasMany('shop.move'), last: hasOne('shop.move') },
    });
    const move = entity(
      {
        fields: {},
        relations: { product: key('shop.product'), other: key('shop.product', { key: 'otherKey' }) },
      },
      'shop.move',
    );
    expect(faultsOf(product, move)).to.deep.equal([
      `Its relation "moves" could go by "productId" and "otherKey" of "shop.move". Say which: hasMany('shop.move', { key: 'productId' }).`,
      `Its relation "last" could go by "productId" and "otherKey" of "shop.move". Say which: hasOne('shop.move', { key: 'productId' }).`,
    ]);
  });

  it('is refused when both sides would make a table of pairs', () => {
    const sides = (a?: object, b?: object): readonly string[] =>
      faultsOf(
        entity({ fields: {}, relations: { categories: { ...manyToMany('shop.category'), ...a } } }),
        entity(
          { fields: {}, relations: { products: { ...manyToMany('shop.product'), ...b } } },
          'shop.category',
        ),
      );
    expect(sides()).to.deep.equal([
      `Its relation "products" and "categories" of "shop.product" would each have a table of pairs of their own. If they are two sides of one, say so: manyToMany('shop.product', { inverse: 'categories' }); otherwise give each a "table".`,
    ]);
    expect(sides({}, { inverse: 'categories' })).to.deep.equal([]);
    expect(sides({ table: 'a' }, { table: 'b' })).to.deep.equal([]);
  });

  it('is none where another side is told already', () => {
    const tagged = defineEntity('shop.product', {
      fields: {},
      relations: { tags: manyToMany('shop.tag'), hidden: manyToMany('shop.tag') },
    });
    const tag = defineEntity('shop.tag', {
      fields: {},
      relations: { products: manyToMany('shop.product', { inverse: 'tags' }) },
    });
    const more = extendEntity('shop.tag', { relations: { friends: manyToMany('shop.tag') } });
    expect(faultsOf(tagged, tag, more)).to.deep.equal([]);
  });
});
