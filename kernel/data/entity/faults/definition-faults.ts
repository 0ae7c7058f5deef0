import { BackplaneError, unknownKeys } from '../../../errors.ts';
import type { EntityDefinition, EntityExtension, EntityOptions, ExtensionOptions } from '../define.ts';
import { isScopeDefinition, type ScopeDefinition } from '../scope.ts';
import { ambiguousRelations } from './ambiguous-relations.ts';
import { fieldFaults } from './field-faults.ts';
import { relationFaults } from './relation-faults.ts';
import { isObject, shown } from './shown.ts';

/** A definition, an addition to one, or a scope, and the extension it comes from. */
interface Contribution {
  readonly value: EntityDefinition | EntityExtension | ScopeDefinition;
  readonly owner: string;
}

type OwnedEntity = Contribution & { readonly value: EntityDefinition | EntityExtension };

export interface CheckedDefinitions {
  /** What is left to go on with, so that what else is wrong is found in the same pass. */
  readonly sound: readonly Contribution[];
  readonly faults: readonly BackplaneError[];
}

/** Everything that can be said of definitions as they stand: misspelt options, fields and relations that are none. Pure. */
export function checkDefinitions(contributions: readonly Contribution[]): CheckedDefinitions {
  const faults: BackplaneError[] = [];
  const scopes = contributions.filter(({ value }) => isScopeDefinition(value));
  const sound = contributions.flatMap(({ value, owner }): OwnedEntity[] => {
    if (isScopeDefinition(value)) return [];
    const fault = (reason: string): void => {
      faults.push(new BackplaneError('ENTITY_INVALID', { entity: nameOf(value), owner, reason }));
    };
    const before = faults.length;
    const found = soundValue(value, fault);
    if (faults.length === before) return [{ value, owner }];
    return found === undefined ? [] : [{ value: found, owner }];
  });
  const unclear = ambiguousRelations(sound);
  return { sound: [...scopes, ...unclear.sound], faults: [...faults, ...unclear.faults] };
}

type Tell = (reason: string) => void;

function soundValue(value: unknown, fault: Tell): OwnedEntity['value'] | undefined {
  if (!isObject(value) || (typeof value.name !== 'string' && typeof value.extends !== 'string')) {
    fault(`${shown(value)} is no entity. Write defineEntity('blog.post', { fields: {…} }).`);
    return undefined;
  }
  const { options } = value;
  if (!isObject(options)) {
    fault('It has no options. Write { fields: {…} } after its name.');
    return undefined;
  }
  const isExtension = typeof value.extends === 'string';
  for (const reason of unknownKeys(options, isExtension ? extensionOptions : entityOptions)) {
    fault(isExtension ? `${reason} extendEntity takes no more than that.` : reason);
  }
  if (!isExtension && options.fields === undefined) {
    fault('"fields" is missing. Write fields: {} if it has none of its own.');
  }
  const broken = Object.keys(options).filter((name) => {
    const reason = optionFault(name, options[name]);
    if (reason !== undefined) fault(`"${name}" ${reason}`);
    return reason !== undefined;
  });
  const kept = Object.fromEntries(Object.entries(options).filter(([name]) => !broken.includes(name)));
  const fields = fieldFaults(isObject(kept.fields) ? kept.fields : {}, fault);
  const relations = relationFaults(isObject(kept.relations) ? kept.relations : {}, fault);
  const rest: ExtensionOptions = { ...kept, fields, relations };
  return isExtension
    ? { extends: String(value.extends), options: rest }
    : { name: String(value.name), options: { ...rest, fields } };
}

const known: Readonly<Record<keyof EntityOptions, (value: unknown) => string | undefined>> = {
  fields: objectFault,
  relations: objectFault,
  plural: textFault,
  table: textFault,
  database: textFault,
  timestamps: flagFault,
  softDelete: flagFault,
  scope: textFault,
  unique: groupsFault,
  indexes: groupsFault,
  sort: namesFault,
  search: namesFault,
  access: objectFault,
  expose: objectFault,
  example: (value) =>
    typeof value === 'function' ? undefined : 'must be a function: (fake) => ({ title: fake.book.title() }).',
};
const entityOptions = Object.keys(known);
const added: Readonly<Record<keyof ExtensionOptions, true>> = {
  fields: true,
  relations: true,
  unique: true,
  indexes: true,
  sort: true,
  search: true,
  access: true,
};
const extensionOptions = Object.keys(added);

function optionFault(name: string, value: unknown): string | undefined {
  const check = Object.entries(known).find(([option]) => option === name)?.[1];
  return value === undefined ? undefined : check?.(value);
}

function objectFault(value: unknown): string | undefined {
  return isObject(value) ? undefined : `must be an object by name, not ${shown(value)}.`;
}

function textFault(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? undefined : `must be a text, not ${shown(value)}.`;
}

function flagFault(value: unknown): string | undefined {
  return typeof value === 'boolean' ? undefined : `must be true or false, not ${shown(value)}.`;
}

function namesFault(value: unknown): string | undefined {
  return isNames(value) ? undefined : `must be names of fields, as ['title'], not ${shown(value)}.`;
}

function groupsFault(value: unknown): string | undefined {
  if (Array.isArray(value) && value.every((group) => isNames(group) && group.length > 0)) return undefined;
  const meant = isNames(value) && value.length > 0 ? value : ['authorId', 'slug'];
  const group = `[[${meant.map((name) => `'${name}'`).join(', ')}]]`;
  return `must be groups of fields, as ${group}, not ${shown(value)}.`;
}

function isNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((name) => typeof name === 'string');
}

function nameOf(value: unknown): string {
  if (!isObject(value)) return String(value);
  const name = value.name ?? value.extends;
  return typeof name === 'string' ? name : 'without a name';
}
