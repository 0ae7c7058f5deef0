import { pluralize } from 'inflection';
import { didYouMean } from '../../../errors.ts';
import { AccessRule, termOf } from '../access-rule.ts';
import type { AccessRules, EntityDefinition, EntityExtension, EntityOptions } from '../define.ts';
import { fieldOf, snakeCase } from '../field.ts';
import type { Draft, Drafts } from './draft.ts';
import { idField, marksOf } from './own-fields.ts';

/** Reserved: what the framework itself puts into a row, and what no filter or object could tell from its own words. */
const reserved = new Set([
  'id',
  'createdAt',
  'updatedAt',
  'deletedAt',
  'and',
  'or',
  'not',
  'pivot',
  'constructor',
  '__proto__',
]);

/** Begins the draft of an entity. */
export function addDefinition(drafts: Drafts, definition: EntityDefinition, owner: string): void {
  const { name, options } = definition;
  const [extension = '', short = '', ...rest] = name.split('.');
  if (!/^[a-z][a-z0-9-]*$/.test(extension) || !/^[a-z][a-z0-9-]*$/.test(short) || rest.length > 0) {
    drafts.fault(name, owner, `Its name must be "<extension>.<entity>" in kebab case, as "${owner}.post".`);
    return;
  }
  if (extension !== owner) {
    drafts.fault(name, owner, `Its name must begin with the extension that defines it: "${owner}.${short}".`);
    return;
  }
  const other = drafts.find(name);
  if (other) {
    drafts.fault(name, owner, 'It is defined twice. Rename one of them.');
    return;
  }
  const plural = options.plural ?? pluralize(short);
  const draft: Draft = {
    definition,
    owner,
    fields: new Map([['id', idField(owner)]]),
    relations: new Map(),
    declared: new Map(),
    indexes: [],
    sort: [],
    access: new Map(),
    search: new Map(),
    plural,
    table: options.table ?? snakeCase(`${extension}_${plural}`),
  };
  drafts.byName.set(name, draft);
  if (options.scope !== undefined) addScope(drafts, draft, options.scope, owner);
  add(drafts, draft, options, owner);
  for (const mark of marksOf(options, owner)) draft.fields.set(mark.name, mark);
}

function addScope(drafts: Drafts, draft: Draft, scope: string, owner: string): void {
  const found = drafts.scopes.get(scope);
  if (found) draft.declared.set(scope, { relation: found.relation, owner });
  else {
    const reason = `Its scope "${scope}" is defined by no active extension. Enable one that does ("${scope}s" has it), or leave "scope" out.`;
    drafts.fault(draft.definition.name, owner, reason);
  }
}

/** Adds what another extension has to say about an entity. */
export function addExtension(
  drafts: Drafts,
  { extends: name, options }: EntityExtension,
  owner: string,
): void {
  const draft = drafts.find(name);
  if (draft) add(drafts, draft, options, owner);
  else {
    const suggestion = didYouMean(name, [...drafts.byName.keys()]);
    drafts.fault(name, owner, `It is extended, and nobody defines it.${suggestion}`);
  }
}

function add(drafts: Drafts, draft: Draft, options: Partial<EntityOptions>, owner: string): void {
  const { name } = draft.definition;
  for (const [field, schema] of Object.entries(options.fields ?? {})) {
    if (isTaken(drafts, draft, field, owner)) continue;
    const made = fieldOf(field, schema, owner);
    if ('fault' in made) drafts.fault(name, owner, `Its field "${field}" ${made.fault}`);
    else draft.fields.set(field, made);
  }
  for (const [relation, declared] of Object.entries(options.relations ?? {})) {
    if (!isTaken(drafts, draft, relation, owner)) draft.declared.set(relation, { relation: declared, owner });
  }
  for (const fields of options.unique ?? []) draft.indexes.push({ fields, unique: true, owner });
  for (const fields of options.indexes ?? []) draft.indexes.push({ fields, unique: false, owner });
  draft.sort.push(...(options.sort ?? []));
  addRules(draft.access, options.access ?? {});
  for (const field of options.search ?? []) {
    draft.search.set(field, [...(draft.search.get(field) ?? []), owner]);
  }
}

/** What several extensions say of an operation must all hold: nobody can widen what another allows. */
function addRules(access: Map<string, AccessRule>, rules: AccessRules): void {
  for (const [operation, rule] of Object.entries(rules)) {
    const other = access.get(operation);
    access.set(operation, other ? other.and(rule) : new AccessRule(termOf(rule)));
  }
}

function isTaken(drafts: Drafts, draft: Draft, name: string, owner: string): boolean {
  const { name: entity } = draft.definition;
  const other = draft.fields.get(name)?.owner ?? draft.declared.get(name)?.owner;
  if (!/^[a-z][A-Za-z0-9]*$/.test(name) || reserved.has(name)) {
    const why = reserved.has(name) ? 'is a name of the framework' : 'must be in camel case';
    drafts.fault(entity, owner, `"${name}" ${why}. Rename it.`);
    return true;
  }
  if (other !== undefined) {
    drafts.fault(entity, owner, `"${name}" is there already, from "${other}". Rename one of them.`);
  }
  return other !== undefined;
}
