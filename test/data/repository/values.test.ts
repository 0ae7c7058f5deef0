import { compileEntities, Database, DataContext, defineEntity, manyToMany, Type } from 'backplane/data';
import { expect } from 'chai';
import { createTable } from '../../../kernel/data/table/build.ts';
import { tablesOf } from '../../../kernel/data/table/table.ts';
import { isBackplaneError } from '../../../kernel/errors.ts';
import { errorOf } from '../support/blog-data.ts';
import { onEveryDatabase } from '../support/databases.ts';

const Thing = defineEntity('things.thing', {
  fields: {
    name: Type.Optional(Type.String({ minLength: 2, maxLength: 10, pattern: '^[a-z]' })),
    text: Type.Optional(Type.String()),
    long: Type.Optional(Type.String({ maxLength: 2000 })),
    email: Type.Optional(Type.String({ format: 'email', maxLength: 100 })),
    size: Type.Optional(Type.Integer({ minimum: 1, maximum: 9 })),
    share: Type.Optional(Type.Number({ exclusiveMinimum: 0, multipleOf: 0.5 })),
    moment: Type.Optional(Type.Timestamp({ index: true })),
    day: Type.Optional(Type.String({ format: 'date' })),
    vector: Type.Optional(Type.Vector(2)),
    any: Type.Optional(Type.Unknown()),
    address: Type.Optional(
      Type.Object(
        { street: Type.String({ minLength: 1 }), zip: Type.Optional(Type.String({ pattern: '^\\d+$' })) },
        { additionalProperties: false },
      ),
    ),
    kind: Type.Optional(Type.Union([Type.Literal('a'), Type.Literal(1)])),
  },
  relations: {
    parts: manyToMany('things.thing', { pivot: { weight: Type.Integer({ default: 1, maximum: 5 }) } }),
  },
});
const catalog = compileEntities([{ value: Thing, owner: 'things' }]);

const never: readonly (readonly [field: string, value: unknown, fault: string])[] = [
  ['text', 'a\0b', 'holds the character NUL'],
  ['text', 'a\ud800b', 'holds half a character'],
  ['name', 'a\0b', 'holds the character NUL'],
  ['text', {}, 'must be text, not an object'],
  ['moment', '1', 'must be a moment'],
  ['moment', '0000-01-01T00:00:00.000Z', 'must be a moment'],
  ['moment', '+010000-01-01T00:00:00.000Z', 'must be a moment'],
  ['moment', '-000001-01-01T00:00:00.000Z', 'must be a moment'],
  ['moment', '2026-02-30T00:00:00.000Z', 'must be a moment'],
  ['moment', '2026-01-01T00:00:00', 'must be a moment'],
  ['moment', '2026-01-01T25:00:00Z', 'must be a moment'],
  ['moment', '9999-12-31T23:59:59-01:00', 'must be a moment'],
  ['moment', '2026 z', 'must be a moment'],
  ['day', '2026-02-30', 'must be a day'],
  ['day', '0000-01-01', 'must be a day'],
  ['day', '+10000-01-01', 'must be a day'],
  ['day', '2026-01-01T00:00:00Z', 'must be a day'],
  ['size', '1', 'must be a whole number'],
  ['size', Number.NaN, 'must be a whole number'],
  ['share', Number.POSITIVE_INFINITY, 'must be a number'],
  ['vector', [1, 1e39], 'must be a list of 2 numbers'],
  ['vector', [1], 'must be a list of 2 numbers'],
  ['vector', new Array(2), 'must be a list of 2 numbers'],
  ['any', { a: ['b', 'c\0'] }, '"any/a/1" holds the character NUL'],
  ['any', 'half \udc00', 'holds half a character'],
  ['any', { 'a\0': 1 }, 'has a member whose name holds the character NUL'],
  ['any', 5n, 'must be plain JSON'],
  ['any', nested(25), 'must not be nested deeper than 24 levels'],
  ['any', nested(100_000), 'must'],
  ['address', { street: 'a\0' }, '"address/street" holds the character NUL'],
];

function nested(levels: number): unknown {
  let value: unknown = null;
  for (let level = 0; level < levels; level += 1) value = [value];
  return value;
}

const refusedBySchemas: readonly (readonly [field: string, value: unknown, fault: string])[] = [
  ['name', 'a', '"name" must have at least 2 characters'],
  ['name', '1a', '"name" must match pattern'],
  ['long', 'x'.repeat(2001), '"long" must have at most 2000 characters'],
  ['email', 'nobody', '"email" must match format "email"'],
  ['size', 0, '"size" must be >= 1'],
  ['size', 10, '"size" must be <= 9'],
  ['share', 0, '"share" must be > 0'],
  ['share', 0.7, '"share" must be multiple of 0.5'],
  ['address', {}, '"address/street" is missing'],
  ['address', { street: 'a', zip: 'b' }, '"address/zip" must match pattern'],
  ['address', { street: 'a', town: 'b' }, '"address/town" is no known member'],
  ['address', 'here', '"address" must be an object'],
  ['kind', 'b', '"kind" must be'],
];

const taken: readonly (readonly [field: string, value: unknown, stored?: unknown])[] = [
  ['text', '\ud83d\ude00 \\u0000 é'],
  [
    'name',
    'a\ud83d\ude00\ud83d\ude00\ud83d\ude00\ud83d\ude00\ud83d\ude00\ud83d\ude00\ud83d\ude00\ud83d\ude00\ud83d\ude00',
  ],
  ['moment', '0001-01-01T00:00:00.000Z'],
  ['moment', '9999-12-31T23:59:59.999Z'],
  ['moment', '2026-01-01T00:30:00+01:00', '2025-12-31T23:30:00.000Z'],
  ['moment', '2026-01-01T00:30Z', '2026-01-01T00:30:00.000Z'],
  ['day', '2024-02-29'],
  ['day', '0001-01-01'],
  ['any', { a: 'a \\u0000 \\ud800', b: '\\\\u0000' }],
  ['any', 'null'],
  ['vector', [0.1, 3e38], [Math.fround(0.1), Math.fround(3e38)]],
  ['address', { street: 'a', zip: '1' }],
  ['kind', 1],
];

onEveryDatabase('Values that are written', (open, dialect) => {
  let data: DataContext;
  before(async () => {
    const database = await open();
    for (const table of tablesOf(catalog)) {
      for (const sql of createTable(database.knex, dialect, table, dialect === 'sqlite')) {
        await database.knex.raw(sql);
      }
    }
    data = new DataContext({ databases: { get: () => database }, catalog });
  });
  const things = () => data.repository(Thing);

  const refusals = (field: string, value: unknown) => [
    () => things().create({ [field]: value }),
    () => things().createMany([{ [field]: value }]),
    async () => things().update((await things().create({})).id, { [field]: value }),
    () =>
      things()
        .query()
        .update({ [field]: value }),
    () => things().upsert('text', { text: 'u', [field]: value }),
  ];

  it('are refused where not every database could hold them, wherever they are written', async () => {
    for (const [field, value, fault] of never) {
      for (const work of refusals(field, value)) {
        const error = await errorOf(work);
        expect(error).to.include({ code: 'ROW_INVALID' });
        expect(error.message).to.include(fault);
      }
    }
  });

  it('are refused where the schema of their field refuses them', async () => {
    for (const [field, value, fault] of refusedBySchemas) {
      for (const work of refusals(field, value)) {
        const error = await errorOf(work);
        expect(error).to.include({ code: 'ROW_INVALID' });
        expect(error.message).to.include(fault);
      }
    }
  });

  it('are refused with all faults of all rows at once, each with its pointer', async () => {
    const one = await errorOf(things().create({ size: 10, email: 'no', address: { street: '', zip: 'b' } }));
    expect(isBackplaneError(one) && one.details).to.have.deep.property('faults', [
      { pointer: '/email', message: '"email" must match format "email"' },
      { pointer: '/size', message: '"size" must be <= 9' },
      { pointer: '/address/street', message: '"address/street" must have at least 1 character' },
      { pointer: '/address/zip', message: '"address/zip" must match pattern "^\\d+$"' },
    ]);
    const many = await errorOf(things().createMany([{}, { size: 10 }, { text: 5 as never, day: 'x' }]));
    expect(isBackplaneError(many) && many.details)
      .to.have.property('faults')
      .that.satisfies((faults: readonly { pointer: string }[]) => {
        expect(faults.map(({ pointer }) => pointer)).to.deep.equal(['/1/size', '/2/text', '/2/day']);
        return true;
      });
  });

  it('of a pair are held to their schemas, too', async () => {
    const { id } = await things().create({});
    const error = await errorOf(things().attach(id, 'parts', id, { weight: 6 }));
    expect(error).to.include({ code: 'ROW_INVALID' });
    expect(error.message).to.include('"weight" must be <= 5 (of its "parts")');
  });

  it('come back as they were, and are found by what they were written as', async () => {
    for (const [field, value, stored = value] of taken) {
      const created = await things().create({ [field]: value });
      expect(created).to.have.deep.property(field, stored);
      expect(await things().find(created.id)).to.have.deep.property(field, stored);
      expect(await data.reader().get('things.thing', created.id)).to.have.deep.property(field, stored);
      if (!['text', 'name', 'moment', 'day'].includes(field)) continue;
      const found = await data
        .reader()
        .list('things.thing', { filter: { [field]: { eq: value as string } } });
      expect(found.rows.map(({ id }) => id)).to.include(created.id);
      expect(
        await things()
          .query()
          .where(field as 'text', value as string)
          .pluck('id'),
      ).to.include(created.id);
    }
  });

  it('are refused in filters as they are in rows', async () => {
    for (const [field, value] of never) {
      if (['any', 'vector', 'address'].includes(field)) continue;
      const request = { filter: { [field]: { eq: value as string } } };
      expect(await errorOf(data.reader().list('things.thing', request))).to.include({
        code: 'QUERY_INVALID',
      });
      const query = things()
        .query()
        .where(field as 'text', value as string);
      expect(await errorOf(query.get())).to.include({ code: 'QUERY_INVALID', status: 400 });
    }
    expect(await errorOf(things().query().whereLike('text', 'a\0%').get())).to.include({
      code: 'QUERY_INVALID',
    });
  });

  it('that the caller has checked are not checked against schemas again', async () => {
    const { id } = await things().create({ size: 10 }, { checked: true });
    expect(await things().update(id, { size: 11 }, { checked: true })).to.include({ size: 11 });
    expect(await errorOf(things().create({ text: 'a\0' }, { checked: true }))).to.include({
      code: 'ROW_INVALID',
    });
  });

  it('have the same nearest vectors on every database', async () => {
    const repository = things();
    const a = await repository.create({ vector: [0.1, 0.2] });
    const near = { field: 'vector', vector: [0.1, 0.2], distance: 'l2', limit: 1 } as const;
    expect((await data.reader().list('things.thing', { near })).rows).to.deep.include.members([
      { ...(await data.reader().get('things.thing', a.id)) },
    ]);
    const far = { ...near, vector: [1, 1e39] };
    expect(await errorOf(data.reader().list('things.thing', { near: far }))).to.include({
      code: 'QUERY_INVALID',
    });
  });
});

describe('A field whose schema cannot be compiled', () => {
  it('is named with its extension when it is first written', async () => {
    const Broken = defineEntity('things.broken', { fields: { name: Type.String({ pattern: '[' }) } });
    const broken = compileEntities([{ value: Broken, owner: 'things' }]);
    await using database = new Database({ url: 'sqlite::memory:' });
    const context = new DataContext({ databases: { get: () => database }, catalog: broken });
    const error = await errorOf(context.repository(Broken).create({ name: 'a' }));
    expect(error).to.include({ code: 'ENTITY_INVALID' });
    expect(error.message).to.include('field "name" cannot be compiled');
  });
});
