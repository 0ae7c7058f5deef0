import fc, { type Arbitrary } from 'fast-check';
import type { Schema } from './openapi-document.ts';

export type Resolve = (schema: Schema) => Schema;

const formats: Readonly<Record<string, Arbitrary<string>>> = {
  uuid: fc.uuid({ version: 7 }),
  'date-time': fc
    .date({ min: new Date('1990-01-01'), max: new Date('2090-01-01'), noInvalidDate: true })
    .map((date) => date.toISOString()),
};

/** Values that a schema of the document allows. */
export function arbitraryOf(given: Schema, resolve: Resolve): Arbitrary<unknown> {
  const schema = resolve(given);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map((one) => arbitraryOf(one, resolve)));
  if (Array.isArray(schema.type)) {
    return fc.oneof(...schema.type.map((type) => arbitraryOf({ ...schema, type }, resolve)));
  }
  switch (schema.type) {
    case 'string':
      return text(schema);
    case 'integer':
      return fc.integer({ min: number(schema.minimum, -(2 ** 40)), max: number(schema.maximum, 2 ** 40) });
    case 'number':
      return fc.double({
        min: number(schema.minimum, -1e9),
        max: number(schema.maximum, 1e9),
        noNaN: true,
      });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.array(arbitraryOf(schema.items ?? {}, resolve), { maxLength: 4 });
    case 'object':
      return object(schema, resolve);
    default:
      return fc.jsonValue();
  }
}

function text({ format, pattern, minLength, maxLength }: Schema): Arbitrary<string> {
  const known = typeof format === 'string' ? formats[format] : undefined;
  if (known) return known;
  if (typeof pattern === 'string') return fc.stringMatching(new RegExp(pattern));
  return fc.string({
    unit: 'grapheme',
    minLength: number(minLength, 0),
    maxLength: Math.min(number(maxLength, 30), 30),
  });
}

function object({ properties, required = [] }: Schema, resolve: Resolve): Arbitrary<unknown> {
  if (properties === undefined)
    return fc.dictionary(fc.string({ maxLength: 8 }), fc.jsonValue(), { maxKeys: 3 });
  const members: Record<string, Arbitrary<unknown>> = {};
  for (const [name, one] of Object.entries(properties)) members[name] = arbitraryOf(one, resolve);
  return fc.record(members, { requiredKeys: [...required], noNullPrototype: true });
}

function number(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}
