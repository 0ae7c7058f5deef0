import type { Static, TObject } from 'typebox';
import { type ConfigFault, configFaults } from './config-faults.ts';
import { expectation } from './expectation.ts';
import { isGroup, isPlainObject, type JsonSchema, read } from './json-schema.ts';
import { holdsSecret, masked, protect } from './mask.ts';
import { parseText } from './parse-text.ts';
import { type SettingField, type SettingsSchema, variableOf } from './settings-schema.ts';
import type { Sources } from './sources.ts';
import { settingsPrefix, variableName } from './variable-name.ts';

export interface ResolveOptions<Schema extends TObject> {
  /** `kernel` or the name of an extension. */
  readonly owner: string;
  /** What its variables start with; by its name if left out. */
  readonly prefix?: string;
  readonly schema: SettingsSchema<Schema>;
  readonly sources: Sources;
}

/** The settings, frozen; or what stands in their way. */
export type Resolution<Value> =
  | { readonly value: Readonly<Value> }
  | {
      /** Variables that would set what is required and has no value. */
      readonly missing: readonly string[];
      /** Sentences about values that are there and wrong. */
      readonly faults: readonly string[];
    };

/** A value that was found, and where. */
interface Found {
  readonly field: SettingField;
  readonly value: unknown;
  /** As it was written, for the message. */
  readonly written: unknown;
  readonly where: string;
}

/**
 * Finds the value of every setting (environment before `.env` before `config/<owner>.ts` before the default), checks all
 * of them, and tells everything that is missing or wrong at once. An empty variable counts as not set. Never throws, and
 * shows no secret.
 */
export function resolveSettings<Schema extends TObject>(
  options: ResolveOptions<Schema>,
): Resolution<Static<Schema>> {
  const { owner, prefix = settingsPrefix(owner), schema, sources } = options;
  const root = read(schema.schema);
  const found = schema.fields.flatMap((field) => find(field, prefix, owner, sources) ?? []);
  const value: Record<string, unknown> = {};
  addRequiredGroups(value, root);
  for (const one of found) put(value, one.field.path, one.value);

  const faults = configFaults(sources.config.get(owner), root).map((fault) => sayConfigFault(fault));
  const missing = new Set<string>();
  const reported = new Set<SettingField>();
  for (const { pointer, message } of schema.validate(value)) {
    const path = pathOf(pointer);
    const field = schema.fields.find((one) => one.path.every((key, i) => key === path[i]));
    if (!field) faults.push(`${path.join('.') || owner} ${message}`);
    else if (message === 'is required' && field.path.length === path.length)
      missing.add(variableOf(prefix, field));
    else if (!reported.has(field)) {
      reported.add(field);
      faults.push(
        sayFault(
          field,
          variableOf(prefix, field),
          found.find((one) => one.field === field),
        ),
      );
    }
  }
  if (missing.size > 0 || faults.length > 0) return { missing: [...missing], faults };
  // The validator of this very schema has found no fault in it.
  return { value: protect(value, root) as Static<Schema> };
}

function find(field: SettingField, prefix: string, owner: string, sources: Sources): Found | undefined {
  const variable = variableOf(prefix, field);
  for (const [where, variables] of [
    ['environment', sources.environment],
    ['.env', sources.dotenv],
  ] as const) {
    const text = variables[variable];
    if (text === undefined || text.trim() === '') continue;
    return { field, value: parseIn(field, text), written: text, where };
  }
  const shared = field.schema.variable === undefined ? undefined : findShared(field, variable, sources);
  if (shared) return shared;
  const config = sources.config.get(owner);
  const written = config && at(config.values, field.path);
  if (written === undefined || written === null) return undefined;
  return { field, value: parseIn(field, written), written, where: config?.file ?? '' };
}

/** The value that the kernel itself has for a setting of its own. */
function findShared(field: SettingField, variable: string, sources: Sources): Found | undefined {
  const config = sources.config.get('kernel');
  for (const [key, written] of Object.entries(config?.values ?? {})) {
    if (variableName('', [key]) !== variable || written === undefined || written === null) continue;
    return { field, value: parseIn(field, written), written, where: config?.file ?? '' };
  }
  const made = sources.made[variable];
  return made === undefined
    ? undefined
    : { field, value: parseIn(field, made), written: made, where: 'made' };
}

function parseIn({ schema }: SettingField, written: unknown): unknown {
  return typeof written === 'string' ? parseText(written, schema) : copyOf(written);
}

function sayFault(field: SettingField, variable: string, found: Found | undefined): string {
  const must = `must be ${expectation(field.schema)}`;
  if (!found) return `The default of ${variable} ${must}.`;
  const value = holdsSecret(field.schema) ? masked : shorten(found.written);
  return `${variable} (${found.where}) is ${value}, but ${must}.`;
}

function sayConfigFault({ file, key, problem, suggestion }: ConfigFault): string {
  return problem === 'unknown'
    ? `"${key}" in ${file} is no setting.${suggestion}`
    : `"${key}" in ${file} must be an object.`;
}

/** A value for a message, which is not to be flooded. */
function shorten(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

/** Groups that must be there need not be mentioned: their settings may all come from elsewhere or have defaults. */
function addRequiredGroups(
  value: Record<string, unknown>,
  { properties = {}, required = [] }: JsonSchema,
): void {
  for (const [key, below] of Object.entries(properties)) {
    if (!isGroup(below) || !required.includes(key)) continue;
    const group: Record<string, unknown> = {};
    addRequiredGroups(group, below);
    value[key] = group;
  }
}

function put(root: Record<string, unknown>, path: readonly string[], value: unknown): void {
  let group = root;
  for (const key of path.slice(0, -1)) {
    const below = group[key];
    const next = isPlainObject(below) ? below : {};
    group[key] = next;
    group = next;
  }
  const last = path.at(-1);
  if (last !== undefined) group[last] = value;
}

function at(values: unknown, path: readonly string[]): unknown {
  let value = values;
  for (const key of path) {
    if (!isPlainObject(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
}

/** The configuration file keeps its own: what is resolved gets defaults written into it, and is frozen. */
function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf);
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, below]) => [key, copyOf(below)]));
}

/** The keys of a JSON pointer (RFC 6901). */
function pathOf(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}
