import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { type TSchema, Type } from 'backplane';
import { testKernel } from 'backplane/testing';
import { expect } from 'chai';
import { exampleOf } from '../document/example.ts';
import { sampleOf } from '../document/pattern-sample.ts';
import { SchemaWriter } from '../document/schemas.ts';
import type { OpenApiDocument } from '../document/types.ts';
import { app } from './app.ts';

const formats = ['uuid', 'date-time', 'date', 'time', 'duration', 'email', 'hostname', 'ipv4', 'ipv6', 'uri'];

/** Schemas of many kinds, for each of which an example is to be found. */
const schemas: Readonly<Record<string, TSchema>> = {
  ...Object.fromEntries(formats.map((format) => [format, Type.String({ format })])),
  'uri reference': Type.String({ format: 'uri-reference' }),
  pattern: Type.String({ pattern: '^(?:v|version-)\\d+\\.\\d+(-[a-z]+)?$', minLength: 4 }),
  'short text': Type.String({ maxLength: 2 }),
  'long text': Type.String({ minLength: 30, maxLength: 31 }),
  'no text': Type.String({ maxLength: 0 }),
  'number between': Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 0.5 }),
  'number from': Type.Number({ minimum: 1000.5 }),
  'integer below': Type.Integer({ exclusiveMaximum: -7 }),
  'multiple in a range': Type.Integer({ multipleOf: 7, minimum: 50, maximum: 60 }),
  money: Type.Number({ multipleOf: 0.25, exclusiveMinimum: 3 }),
  enum: Type.Enum(['a', 'b']),
  literal: Type.Literal(7),
  boolean: Type.Boolean(),
  null: Type.Null(),
  nullable: Type.Union([Type.Null(), Type.String()]),
  any: Type.Any(),
  array: Type.Array(Type.Integer({ minimum: 3 }), { minItems: 2, uniqueItems: true }),
  'array without entries': Type.Array(Type.String(), { maxItems: 0 }),
  'distinct words': Type.Array(Type.Enum(['x', 'y', 'z']), { minItems: 3, uniqueItems: true }),
  tuple: Type.Tuple([Type.String(), Type.Integer({ minimum: 5 })]),
  object: Type.Object(
    { a: Type.String(), b: Type.Optional(Type.Integer()) },
    { additionalProperties: false },
  ),
  record: Type.Record(Type.String({ pattern: '^x-[a-z]{2}$' }), Type.Integer()),
  'record of least': Type.Record(Type.String(), Type.Integer(), { minProperties: 1 }),
  intersection: Type.Intersect([Type.Object({ a: Type.String() }), Type.Object({ b: Type.Integer() })]),
  'union of objects': Type.Union([
    Type.Object({ kind: Type.Literal('a'), size: Type.Integer() }),
    Type.Object({ kind: Type.Literal('b') }),
  ]),
  default: Type.Integer({ default: 12 }),
  example: Type.String({ examples: ['given'] }),
  'optional circle': Type.Cyclic(
    { Node: Type.Object({ name: Type.String(), next: Type.Optional(Type.Ref('Node')) }) },
    'Node',
  ),
};

const ajv = new Ajv2020({ strict: false });
addFormats.default(ajv);

describe('Examples', () => {
  for (const [name, schema] of Object.entries(schemas)) {
    it(`fit their schema: ${name}`, () => {
      const writer = new SchemaWriter();
      const written = writer.write({ ...schema });
      const example = exampleOf(written, (one) => writer.resolve(one));
      expect(example).not.to.equal(undefined);
      const components = { schemas: Object.fromEntries(writer.components) };
      const whole = typeof written === 'object' ? { ...written, components } : written;
      expect(ajv.validate(whole, example), `${JSON.stringify(example)}: ${ajv.errorsText()}`).to.equal(true);
    });
  }

  it('are left out where none is found', () => {
    const writer = new SchemaWriter();
    const without: TSchema[] = [
      Type.Never(),
      Type.String({ pattern: '^(?=a)b$' }),
      Type.Integer({ minimum: 5, maximum: 4 }),
      Type.Array(Type.Boolean(), { minItems: 3, uniqueItems: true }),
      Type.Object({ a: Type.String({ minLength: 5, maxLength: 4 }) }),
      Type.Cyclic({ Node: Type.Object({ next: Type.Ref('Node') }) }, 'Node'),
    ];
    for (const schema of without) {
      const example = exampleOf(writer.write({ ...schema }), (one) => writer.resolve(one));
      expect(example, JSON.stringify(schema)).to.equal(undefined);
    }
  });

  it('of a whole document fit the schemas they stand beside', async () => {
    using shop = app();
    await using kernel = await testKernel({ from: import.meta.url, extensions: ['..', shop] });
    const document = (await kernel.inject('GET', '/openapi.json')).json<OpenApiDocument>();
    const faults: string[] = [];
    let count = 0;
    const visit = (value: unknown, path: string): void => {
      if (typeof value !== 'object' || value === null) return;
      if ('schema' in value && 'example' in value) {
        count += 1;
        const { schema, example } = value;
        const whole = { ...Object(schema), components: document.components };
        if (!ajv.validate(whole, example)) faults.push(`${path}: ${ajv.errorsText()}`);
      }
      for (const [key, below] of Object.entries(value)) visit(below, `${path}/${key}`);
    };
    visit(document, '');
    expect(faults).to.deep.equal([]);
    expect(count).to.be.above(20);
  });

  it('are found for the patterns that schemas commonly have', () => {
    const patterns = [
      '^[a-z]+(-[a-z0-9]+)*$',
      '^#[0-9a-fA-F]{6}$',
      '^\\+?[1-9]\\d{6,14}$',
      '^(?:red|green|blue)$',
      '^[^@\\s]+@[^@\\s]+\\.[a-z]{2,}$',
      '^\\d{4}-(0[1-9]|1[0-2])$',
      '^[A-Z]{2}\\d{2}[A-Z0-9]{1,30}$',
      '^.{3,5}$',
      '^[\\w.-]+$',
      '^(ab){2,3}c?$',
    ];
    for (const pattern of patterns) expect(sampleOf(pattern), pattern).to.match(new RegExp(pattern));
  });
});
