import type { MigrationOptions } from '../define.ts';
import type { SchemaStep } from '../step/step.ts';

const width = 110;

/** A migration of which nothing but its steps on tables is to be said. */
export interface GeneratedMigration extends Pick<MigrationOptions, 'dependsOn' | 'database'> {
  readonly steps: readonly SchemaStep[];
}

/** The source of a migration's file, formatted as the formatter would. */
export function printMigration(options: GeneratedMigration): string {
  const { steps, dependsOn = [], database } = options;
  const names = [...new Set(['defineMigration', ...steps.map(({ kind }) => kind)])].sort();
  const imports = printImport(names);
  const parts = [
    ...(database === undefined ? [] : [`  database: ${text(database)},`]),
    ...(dependsOn.length === 0 ? [] : [`  ${fit('dependsOn: ', dependsOn, 2)},`]),
    printSteps(steps),
  ];
  return `${imports}\n\nexport default defineMigration({\n${parts.join('\n')}\n});\n`;
}

function printImport(names: readonly string[]): string {
  const line = `import { ${names.join(', ')} } from 'backplane/data';`;
  if (line.length <= width) return line;
  return `import {\n${names.map((name) => `  ${name},\n`).join('')}} from 'backplane/data';`;
}

/** On one line if they fit there, as the formatter has it; otherwise each on its own. */
function printSteps(steps: readonly SchemaStep[]): string {
  const flat = steps.map((step) => `${step.kind}(${argumentsOf(step).map(literal).join(', ')})`).join(', ');
  const line = `  steps: [${flat}],`;
  if (line.length <= width && !steps.flatMap(argumentsOf).some(mustBreak)) return line;
  return ['  steps: [', ...steps.map((step) => `    ${printStep(step)},`), '  ],'].join('\n');
}

/** With its last argument opened if it does not fit on a line; where even that does not fit, each argument on a line. */
function printStep(step: SchemaStep): string {
  const given = argumentsOf(step);
  const last = given.at(-1);
  const before = given.slice(0, -1).map((one) => `${literal(one)}, `);
  const printed = fit(`${step.kind}(${before.join('')}`, last, 4, ')');
  const [first = ''] = printed.split('\n');
  if (4 + first.length + Number(first === printed) <= width) return printed;
  const lines = given.map((one) => `      ${fit('', one, 6)},\n`);
  return `${step.kind}(\n${lines.join('')}    )`;
}

function argumentsOf(step: SchemaStep): readonly unknown[] {
  switch (step.kind) {
    case 'createTable':
    case 'dropTable':
    case 'dropSearchIndex':
      return [step.table];
    case 'renameTable':
      return [step.table, step.to];
    case 'addColumn':
    case 'alterColumn':
    case 'dropColumn':
      return [step.table, step.column];
    case 'renameColumn':
      return [step.table, step.column, step.to];
    case 'createIndex':
    case 'dropIndex':
      return [step.table, step.index];
    case 'addForeignKey':
    case 'dropForeignKey':
      return [step.table, step.key];
    case 'createSearchIndex':
      return [step.table, step.columns];
  }
}

/** On one line if it fits, with its comma; otherwise each part on a line of its own. */
function fit(before: string, value: unknown, indent: number, after = ''): string {
  const line = `${before}${literal(value)}${after}`;
  if (typeof value !== 'object' || value === null) return line;
  if (indent + line.length + 1 <= width && !mustBreak(value)) return line;
  const inner = ' '.repeat(indent + 2);
  if (Array.isArray(value) && value.length > 1 && value.every((one) => typeof one === 'number')) {
    return `${before}[\n${fill(value, inner)}\n${' '.repeat(indent)}]${after}`;
  }
  const parts = Array.isArray(value)
    ? value.map((one: unknown) => `${inner}${fit('', one, indent + 2)},\n`)
    : entriesOf(value).map(([key, one]) => `${inner}${fit(`${property(key)}: `, one, indent + 2)},\n`);
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  return `${before}${open}\n${parts.join('')}${' '.repeat(indent)}${close}${after}`;
}

/** Numbers, as many on each line as fit. */
function fill(numbers: readonly number[], indent: string): string {
  const lines: string[] = [];
  for (const number of numbers) {
    const line = lines.pop();
    const longer = line === undefined ? `${indent}${number},` : `${line} ${number},`;
    if (line === undefined || longer.length <= width) lines.push(longer);
    else lines.push(line, `${indent}${number},`);
  }
  return lines.join('\n');
}

/** The formatter puts each of several objects in a list on a line of its own. */
function mustBreak(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const isGroup = (one: unknown): boolean =>
    typeof one === 'object' && one !== null && Object.keys(one).length > 1;
  if (Array.isArray(value) && value.length > 1 && value.every(isGroup)) return true;
  return Object.values(value).some(mustBreak);
}

function literal(value: unknown): string {
  if (typeof value === 'string') return text(value);
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = entriesOf(value).map(([key, one]) => `${property(key)}: ${literal(one)}`);
    return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
  }
  return String(value);
}

function entriesOf(value: object): readonly [string, unknown][] {
  return Object.entries(value).filter(([, one]) => one !== undefined);
}

function property(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : text(name);
}

/** In single quotes, or in double ones when that needs fewer escapes. */
function text(value: string): string {
  const quoted = JSON.stringify(value);
  const count = (quote: string): number => value.split(quote).length;
  if (count("'") > count('"')) return quoted;
  return `'${quoted.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}
