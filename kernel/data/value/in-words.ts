type Parameters = Readonly<Record<string, unknown>>;

const types: Readonly<Record<string, string>> = {
  string: 'a text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
  null: 'null',
};

const texts: Readonly<Record<string, (parameters: Parameters) => string>> = {
  type: ({ type }) => `must be ${[type].flat().map(nameOf).join(' or ')}`,
  minLength: ({ limit }) => `must have at least ${many(limit, 'character')}`,
  maxLength: ({ limit }) => `must have at most ${many(limit, 'character')}`,
  minItems: ({ limit }) => `must have at least ${many(limit, 'item')}`,
  maxItems: ({ limit }) => `must have at most ${many(limit, 'item')}`,
  uniqueItems: () => 'must not have an item twice',
  anyOf: () => 'fits none of the forms that it may have',
};

/**
 * What a value fails by, for people who know no JSON schema.
 *
 * @returns `undefined` for keywords whose text by Ajv says it well
 */
export function inWords(keyword: string, parameters: Parameters): string | undefined {
  return texts[keyword]?.(parameters);
}

function nameOf(type: unknown): string {
  return types[String(type)] ?? String(type);
}

function many(limit: unknown, what: string): string {
  return `${limit} ${what}${limit === 1 ? '' : 's'}`;
}
