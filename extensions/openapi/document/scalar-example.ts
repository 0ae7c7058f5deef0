import { sampleOf } from './pattern-sample.ts';
import type { SchemaObject } from './types.ts';

/** The type that a schema names, or that its keywords speak of. */
export function typeOf({ type, ...schema }: SchemaObject): string | undefined {
  if (typeof type === 'string') return type;
  if (Array.isArray(type)) return type.find((one) => one !== 'null') ?? type[0];
  if ('properties' in schema || 'required' in schema || 'patternProperties' in schema) return 'object';
  if ('items' in schema || 'prefixItems' in schema) return 'array';
  if ('pattern' in schema || 'format' in schema || 'minLength' in schema) return 'string';
  if ('minimum' in schema || 'maximum' in schema) return 'number';
  return undefined;
}

/** One value of each format that Ajv checks. */
const formats: Readonly<Record<string, string>> = {
  date: '2026-01-31',
  time: '12:30:00Z',
  'date-time': '2026-01-31T12:30:00Z',
  'iso-time': '12:30:00Z',
  'iso-date-time': '2026-01-31T12:30:00Z',
  duration: 'P1DT12H',
  email: 'ada@example.org',
  'idn-email': 'ada@example.org',
  hostname: 'www.example.org',
  'idn-hostname': 'www.example.org',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  uri: 'https://example.org/page',
  'uri-reference': '/page',
  'uri-template': '/page/{id}',
  url: 'https://example.org/page',
  iri: 'https://example.org/page',
  'iri-reference': '/page',
  uuid: '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
  'json-pointer': '/items/0',
  'relative-json-pointer': '0/name',
  regex: '^[a-z]+$',
  byte: 'SGVsbG8=',
  binary: 'text',
  password: 'correct horse battery staple',
};

/** A text that a schema of strings accepts, `undefined` when none is found. */
export function stringExample({ format, pattern, minLength, maxLength }: SchemaObject): string | undefined {
  const least = numberOf(minLength, 0);
  const most = numberOf(maxLength, Number.POSITIVE_INFINITY);
  const fits = (text: string): boolean =>
    [...text].length >= least &&
    [...text].length <= most &&
    (typeof pattern !== 'string' || new RegExp(pattern, 'u').test(text));
  const candidates =
    typeof format === 'string'
      ? [formats[format]]
      : typeof pattern === 'string'
        ? [sampleOf(pattern)]
        : [
            'text',
            'text '.repeat(Math.ceil(Math.min(least, 10_000) / 5)).slice(0, least),
            't'.repeat(Math.min(most, 4)),
          ];
  return candidates.find((text) => text !== undefined && fits(text));
}

/** A number that a schema of numbers accepts, `undefined` when none is found. */
export function numberExample(schema: SchemaObject): number | undefined {
  const isInteger = typeOf(schema) === 'integer';
  const step = numberOf(schema.multipleOf, isInteger ? 1 : 0);
  const above = numberOf(schema.exclusiveMinimum, Number.NEGATIVE_INFINITY);
  const below = numberOf(schema.exclusiveMaximum, Number.POSITIVE_INFINITY);
  const least = numberOf(schema.minimum, Number.NEGATIVE_INFINITY);
  const most = numberOf(schema.maximum, Number.POSITIVE_INFINITY);
  const fits = (value: number): boolean =>
    Number.isFinite(value) &&
    value >= least &&
    value <= most &&
    value > above &&
    value < below &&
    (!isInteger || Number.isInteger(value)) &&
    (step === 0 || Number.isInteger(value / step));
  const low = Math.max(least, above);
  const high = Math.min(most, below);
  const stepped =
    step === 0
      ? []
      : [
          step,
          Math.ceil(low / step) * step,
          (Math.floor(low / step) + 1) * step,
          Math.floor(high / step) * step,
          (Math.ceil(high / step) - 1) * step,
        ];
  const candidates = [1, isInteger ? 1 : 1.5, 0, ...stepped, low, low + 1, high, high - 1, (low + high) / 2];
  return candidates.find(fits);
}

/** The value of a keyword that holds a number. */
export function numberOf(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}
