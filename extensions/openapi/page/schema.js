import { element, prose } from './dom.js';

/** What a reference inside of the description means. */
export function resolve(description, value) {
  let found = value;
  for (let depth = 0; depth < 20 && found?.$ref; depth += 1) {
    found = found.$ref
      .slice(2)
      .split('/')
      .reduce((at, key) => at?.[key.replaceAll('~1', '/').replaceAll('~0', '~')], description);
  }
  return found ?? {};
}

/** The type of a schema in a few words: `string (uuid)`, `array of Post`, `integer | null`. */
export function typeName(description, schema) {
  if (schema === true || schema === undefined) return 'anything';
  if (schema === false) return 'nothing';
  if (schema.$ref) return schema.$ref.split('/').at(-1);
  if ('const' in schema) return JSON.stringify(schema.const);
  if (schema.enum && !schema.type)
    return schema.enum.length > 4 ? 'one of' : schema.enum.map((one) => JSON.stringify(one)).join(' | ');
  const choice = schema.anyOf ?? schema.oneOf;
  if (choice) return choice.map((one) => typeName(description, one)).join(' | ');
  if (schema.allOf) return schema.allOf.map((one) => typeName(description, one)).join(' & ');
  const type = [schema.type ?? (schema.properties ? 'object' : schema.items ? 'array' : 'anything')]
    .flat()
    .join(' | ');
  if (type === 'array' && schema.items && schema.items !== true)
    return `array of ${typeName(description, schema.items)}`;
  return schema.format ? `${type} (${schema.format})` : type;
}

const limits = [
  ['minimum', '≥ '],
  ['exclusiveMinimum', '> '],
  ['maximum', '≤ '],
  ['exclusiveMaximum', '< '],
  ['multipleOf', 'multiple of '],
  ['minLength', 'length ≥ '],
  ['maxLength', 'length ≤ '],
  ['minItems', 'items ≥ '],
  ['maxItems', 'items ≤ '],
  ['pattern', 'matches '],
];

/** What else a schema asks of a value. */
export function limitsOf(schema) {
  if (typeof schema !== 'object' || schema === null) return [];
  const found = limits.filter(([key]) => key in schema).map(([key, text]) => text + schema[key]);
  if (schema.enum && (schema.type || schema.enum.length > 4))
    found.push(`one of ${schema.enum.map((one) => JSON.stringify(one)).join(', ')}`);
  if (schema.default !== undefined) found.push(`default ${JSON.stringify(schema.default)}`);
  if (schema.uniqueItems) found.push('unique items');
  return found;
}

/** A schema as a list of its properties, each opening to show its own. */
export function schemaView(description, schema, seen = []) {
  const rows = rowsOf(description, schema);
  const list = element('ul', { class: 'schema' });
  for (const row of rows) list.append(rowView(description, row, seen));
  // A single part is what the reader came for: the entries of a list.
  if (rows.length === 1 && seen.length < 3) list.querySelector('details')?.setAttribute('open', '');
  return rows.length > 0
    ? list
    : element('p', { class: 'type' }, [typeName(description, schema), ...limitsOf(schema)].join(', '));
}

/** The parts of a schema that have something to say of their own. */
function rowsOf(description, given) {
  const schema = resolve(description, given);
  const choice = schema.anyOf ?? schema.oneOf;
  const further = Object.entries(schema.patternProperties ?? {}).map(([pattern, one]) => ({
    name: `/${pattern}/`,
    schema: one,
  }));
  if (typeof schema.additionalProperties === 'object')
    further.push({ name: 'any other', schema: schema.additionalProperties });
  return [
    ...(schema.allOf ?? []).flatMap((one) => rowsOf(description, one)),
    ...(choice ?? []).map((one, index) => ({ name: `either ${index + 1}`, schema: one })),
    ...Object.entries(schema.properties ?? {}).map(([name, one]) => ({
      name,
      schema: one,
      required: schema.required?.includes(name),
    })),
    ...(schema.prefixItems ?? []).map((one, index) => ({ name: `[${index}]`, schema: one })),
    ...(schema.type === 'array' && typeof schema.items === 'object'
      ? itemRows(description, schema.items)
      : []),
    ...further,
  ];
}

/** The properties of what a list holds; of plain values the type of the list says enough. */
function itemRows(description, items) {
  return rowsOf(description, items).length > 0 ? [{ name: '[ ]', schema: items }] : [];
}

function rowView(description, { name, schema, required }, seen) {
  const resolved = resolve(description, schema);
  const head = [
    element('span', { class: 'name' }, name),
    element('span', { class: 'type' }, typeName(description, schema)),
    required ? element('span', { class: 'required' }, 'required') : '',
    limitsOf(resolved).map((text) => element('span', { class: 'limit' }, text)),
  ];
  const said = resolved.description ? element('div', { class: 'said' }, prose(resolved.description)) : '';
  const isCircle = schema.$ref && seen.includes(schema.$ref);
  if (isCircle || rowsOf(description, schema).length === 0) return element('li', {}, head, said);

  const inner = schema.$ref ? [...seen, schema.$ref] : seen;
  const details = element('details', {}, element('summary', {}, head, said));
  // Filled when it is opened: a schema may be deep.
  details.addEventListener('toggle', () => details.append(schemaView(description, schema, inner)), {
    once: true,
  });
  return element('li', {}, details);
}
