import { isGroup, type JsonSchema } from './json-schema.ts';

/** What a setting must be, in words: `an integer from 0 to 65535`, `one of "json", "pretty"`. */
export function expectation(schema: JsonSchema): string {
  const choices = choicesOf(schema);
  if (choices) return choices.length === 1 ? quote(choices[0]) : `one of ${choices.map(quote).join(', ')}`;
  if (schema.anyOf) return schema.anyOf.map(expectation).join(' or ');
  switch (schema.type) {
    case 'integer':
    case 'number':
      return [schema.type === 'integer' ? 'an integer' : 'a number', unit(schema), range(schema)].join('');
    case 'boolean':
      return 'true or false';
    case 'array':
      return `a list (JSON, or separated by "${schema.separator ?? ','}"), each ${expectation(schema.items ?? {})}`;
    case 'object':
      return isGroup(schema) ? 'an object' : 'an object (JSON)';
    case 'string':
      return text(schema);
    default:
      return 'a value';
  }
}

function choicesOf({ anyOf, enum: members, const: constant }: JsonSchema): readonly unknown[] | undefined {
  if (members) return members;
  if (constant !== undefined) return [constant];
  const constants = anyOf?.map((alternative) => alternative.const);
  return constants?.every((one) => one !== undefined) ? constants : undefined;
}

function text({ format, pattern, minLength, maxLength }: JsonSchema): string {
  const length = between(minLength, maxLength);
  return [
    'text',
    format === undefined ? '' : ` in the format "${format}"`,
    pattern === undefined ? '' : ` that matches /${pattern}/`,
    length === '' ? '' : ` with a length${length}`,
  ].join('');
}

function unit({ unit: counted }: JsonSchema): string {
  if (counted === 'bytes') return ' of bytes ("64kb" and "1mb" are understood)';
  return counted === 'ms' ? ' of milliseconds' : '';
}

function range({ minimum, maximum }: JsonSchema): string {
  return between(minimum, maximum);
}

function between(least: number | undefined, most: number | undefined): string {
  if (least !== undefined && most !== undefined) return ` from ${least} to ${most}`;
  if (least !== undefined) return ` of at least ${least}`;
  return most === undefined ? '' : ` of at most ${most}`;
}

function quote(value: unknown): string {
  return JSON.stringify(value);
}
