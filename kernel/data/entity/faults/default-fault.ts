import { createRequire } from 'node:module';
import type { TSchema } from 'typebox';
import type * as Value from 'typebox/value';
import { shown } from './shown.ts';

const load = createRequire(import.meta.url);

/** What keeps a default from being a value of its field; `undefined` where it is one. */
export function defaultFault(schema: TSchema, value: unknown, isOptional: boolean): string | undefined {
  if (value === undefined || (value === null && isOptional) || fits(schema, value)) return undefined;
  const values = 'enum' in schema && Array.isArray(schema.enum) ? schema.enum : undefined;
  const why = values
    ? `is none of its values (${values.map(shown).join(', ')})`
    : 'does not fit its own schema';
  return `has the default ${shown(value)}, which ${why}.`;
}

function fits(schema: TSchema, value: unknown): boolean {
  const { type, default: _default, enum: values, ...rest }: Record<string, unknown> = { ...schema };
  if (Array.isArray(values)) return values.includes(value);
  // Most defaults are as plain as their schemas; for the others the checker is loaded.
  const isPlain = !Object.keys(rest).some((key) => /^(min|max|exclusive|multiple|pattern|format)/.test(key));
  if (isPlain && type === 'boolean') return typeof value === 'boolean';
  if (isPlain && type === 'integer') return Number.isSafeInteger(value);
  if (isPlain && type === 'number') return Number.isFinite(value);
  if (isPlain && type === 'string') return typeof value === 'string';
  const { Check }: typeof Value = load('typebox/value');
  return Check(schema, value);
}
