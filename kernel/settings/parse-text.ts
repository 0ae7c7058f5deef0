import type { JsonSchema } from './json-schema.ts';

/**
 * What a text means where a schema asks for a number, a boolean, a list or an object. A text that means nothing of the
 * kind is returned as it is, for the validator to refuse.
 */
export function parseText(text: string, schema: JsonSchema): unknown {
  if (schema.anyOf) return parseAny(text, schema.anyOf);
  if (schema.const !== undefined) return String(schema.const) === text ? schema.const : text;
  if (schema.enum) return schema.enum.find((member) => String(member) === text) ?? text;
  switch (schema.type) {
    case 'integer':
    case 'number':
      return (schema.unit === 'bytes' ? parseBytes(text) : parseNumber(text)) ?? text;
    case 'boolean':
      return booleans.get(text.trim().toLowerCase()) ?? text;
    case 'array':
      return parseList(text, schema);
    case 'object':
      return parseJson(text) ?? text;
    default:
      return text;
  }
}

const booleans = new Map([
  ...['true', '1', 'yes', 'on'].map((word) => [word, true] as const),
  ...['false', '0', 'no', 'off'].map((word) => [word, false] as const),
]);

const powers: Readonly<Record<string, number>> = { b: 0, k: 1, kb: 1, m: 2, mb: 2, g: 3, gb: 3 };

/** The first alternative that makes more of it than a text, or the text. */
function parseAny(text: string, alternatives: readonly JsonSchema[]): unknown {
  for (const alternative of alternatives) {
    const value = parseText(text, alternative);
    if (value !== text) return value;
  }
  return text;
}

function parseNumber(text: string): number | undefined {
  return /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text.trim()) ? Number(text) : undefined;
}

/** A number of bytes, with or without a unit in steps of 1024: `512`, `64kb`, `1.5 MB`. */
function parseBytes(text: string): number | undefined {
  const [, amount, unit = 'b'] = /^(\d+(?:\.\d+)?)\s*([kmg]?b|[kmg])?$/i.exec(text.trim()) ?? [];
  return amount === undefined
    ? undefined
    : Math.round(Number(amount) * 1024 ** (powers[unit.toLowerCase()] ?? 0));
}

/** A list as JSON, or its items one after another with a separator between them. */
function parseList(text: string, { items = {}, separator = ',' }: JsonSchema): unknown {
  const json = text.trim().startsWith('[') ? parseJson(text) : undefined;
  const parts: readonly unknown[] = Array.isArray(json)
    ? json
    : text
        .split(separator)
        .map((part) => part.trim())
        .filter((part) => part !== '');
  return parts.map((part) => (typeof part === 'string' ? parseText(part, items) : part));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
