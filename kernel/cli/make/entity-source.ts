import { BackplaneError, didYouMean, FaultList } from '../../errors.ts';

/** What a field may be, and what it becomes. `?` after it makes it optional. */
const kinds: Readonly<Record<string, (options: string) => string>> = {
  string: (options) =>
    `Type.String(${options === '' ? '{ maxLength: 200 }' : `{ maxLength: 200, ${options} }`})`,
  text: (options) => `Type.String(${braced(options)})`,
  integer: (options) => `Type.Integer(${braced(options)})`,
  number: (options) => `Type.Number(${braced(options)})`,
  boolean: (options) => `Type.Boolean(${braced(options)})`,
  timestamp: (options) => `Type.Timestamp(${braced(options)})`,
  date: (options) => `Type.String({ ${["format: 'date'", options].filter(Boolean).join(', ')} })`,
  uuid: (options) => `Type.String({ ${["format: 'uuid'", options].filter(Boolean).join(', ')} })`,
  json: () => 'Type.Unknown()',
};

const relations = ['belongsTo', 'hasMany', 'hasOne', 'manyToMany'];
const marks = ['unique', 'index'];

/**
 * The source of an entity.
 *
 * @param entity `<extension>.<entity>`
 * @param words one a field: `title:string`, `body:text?`, `slug:string:unique`, `status:draft|published`, `author:belongsTo:auth.user`
 * @param inverseOf the relation of a target that a `manyToMany` is the other side of
 * @throws FaultList with an ENTITY_WORD_INVALID for each word that says no field
 */
export function entitySource(
  entity: string,
  words: readonly string[],
  inverseOf: (target: string) => string | undefined = () => undefined,
): string {
  const faults: Error[] = [];
  const fields: string[] = [];
  const related: string[] = [];
  const used = new Set<string>();
  for (const word of words) {
    const parsed = parse(word);
    if (parsed instanceof Error) faults.push(parsed);
    else if ('relation' in parsed) {
      used.add(parsed.relation);
      const { name, relation, target, isOptional } = parsed;
      const inverse = relation === 'manyToMany' ? inverseOf(target) : undefined;
      const options = [isOptional ? 'optional: true' : '', inverse ? `inverse: '${inverse}'` : ''].filter(
        Boolean,
      );
      related.push(
        `    ${name}: ${relation}('${target}'${options.length > 0 ? `, { ${options.join(', ')} }` : ''}),`,
      );
    } else fields.push(`    ${parsed.name}: ${parsed.type},`);
  }
  if (faults.length > 0) throw faults.length === 1 ? faults[0] : new FaultList(faults);
  const constant = pascalCase(entity.slice(entity.indexOf('.') + 1));
  const imports = [...used].sort().concat('defineEntity', 'type Entity', 'Type');
  const body = fields.length > 0 ? `{\n${fields.join('\n')}\n  }` : '{}';
  return `import { ${imports.sort(byName).join(', ')} } from 'backplane';

export const ${constant} = defineEntity('${entity}', {
  fields: ${body},
${related.length > 0 ? `  relations: {\n${related.join('\n')}\n  },\n` : ''}  timestamps: true,
});
export type ${constant} = Entity<typeof ${constant}>;

declare module 'backplane' {
  interface Entities {
    '${entity}': typeof ${constant};
  }
}
`;
}

type Parsed = { readonly name: string; readonly type: string } | ParsedRelation;

interface ParsedRelation {
  readonly name: string;
  readonly relation: string;
  readonly target: string;
  readonly isOptional: boolean;
}

function parse(word: string): Parsed | Error {
  const [name = '', given = '', ...rest] = word.split(':');
  const invalid = (reason: string): Error => new BackplaneError('ENTITY_WORD_INVALID', { word, reason });
  if (!/^[a-z][A-Za-z0-9]*$/.test(name)) return invalid('its name must be in camel case');
  const isOptional = given.endsWith('?');
  const kind = isOptional ? given.slice(0, -1) : given;
  if (relations.includes(kind)) {
    const read = parseRelation(name, kind, isOptional, rest);
    return typeof read === 'string' ? invalid(read) : read;
  }
  const unknown = rest.find((mark) => !marks.includes(mark));
  if (unknown !== undefined)
    return invalid(`"${unknown}" is none of ${marks.join(', ')}.${didYouMean(unknown, marks)}`);
  const options = rest.map((mark) => `${mark}: true`).join(', ');
  const type = kind.includes('|') ? enumOf(kind, options) : kinds[kind]?.(options);
  if (type === undefined || !(kind.includes('|') || Object.hasOwn(kinds, kind))) {
    const known = [...Object.keys(kinds), ...relations];
    return invalid(`"${kind}" is none of ${known.join(', ')}, or values as a|b|c.${didYouMean(kind, known)}`);
  }
  return { name, type: isOptional ? `Type.Optional(${type})` : type };
}

/** @returns the relation, or why it is none */
function parseRelation(
  name: string,
  relation: string,
  marked: boolean,
  [given = '', ...more]: readonly string[],
): ParsedRelation | string {
  const isOptional = marked || given.endsWith('?');
  const target = given.replace(/\?$/, '');
  if (!/^[a-z][a-z0-9-]*\.[a-z][a-z0-9-]*$/.test(target)) {
    return `it must name an entity: ${name}:${relation}:auth.user`;
  }
  if (isOptional && relation !== 'belongsTo') {
    return `only belongsTo may be optional. Write ${name}:${relation}:${target}`;
  }
  if (more.length === 0) return { name, relation, target, isOptional };
  const optional = relation === 'belongsTo' ? `, and ${name}:belongsTo:${target}? where it is optional` : '';
  return `nothing may stand after the entity, as "${more.join(':')}" does. Write ${name}:${relation}:${target}${optional}`;
}

function enumOf(kind: string, options: string): string {
  const values = kind.split('|').filter((value) => value !== '');
  const list = values.map((value) => `'${value.replaceAll(/['\\]/g, '')}'`).join(', ');
  return `Type.Enum([${list}]${options === '' ? '' : `, { ${options} }`})`;
}

function braced(options: string): string {
  return options === '' ? '' : `{ ${options} }`;
}

function pascalCase(name: string): string {
  return name.replaceAll(/(^|-)([a-z0-9])/g, (_, _dash, letter: string) => letter.toUpperCase());
}

/** As an editor sorts imports: by name, without the word `type`, small letters first where they differ in nothing else. */
function byName(a: string, b: string): number {
  const [first, second] = [a, b].map((one) => one.replace('type ', ''));
  return (first ?? '').toLowerCase() < (second ?? '').toLowerCase() ? -1 : 1;
}
