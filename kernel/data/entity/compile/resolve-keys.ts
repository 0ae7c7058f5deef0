import { didYouMean } from '../../../errors.ts';
import { snakeCase } from '../field.ts';
import type { BelongsTo, OnDelete, Relation } from '../relation.ts';
import type { Draft, Drafts } from './draft.ts';
import { idField } from './own-fields.ts';

/** The fields that hold the ids of `belongsTo`. Before all other relations, which look for them. */
export function resolveKeys(drafts: Drafts, draft: Draft): void {
  for (const [name, { relation, owner }] of draft.declared) {
    if (!isKnown(drafts, draft, name, relation, owner)) continue;
    if (relation.kind === 'belongsTo') resolveKey(drafts, draft, name, relation, owner);
  }
}

function isKnown(drafts: Drafts, draft: Draft, name: string, relation: Relation, owner: string): boolean {
  if (drafts.find(relation.target) !== undefined) return true;
  const suggestion = didYouMean(relation.target, [...drafts.byName.keys()]);
  const reason = `Its relation "${name}" leads to "${relation.target}", which nobody defines.${suggestion}`;
  drafts.fault(draft.definition.name, owner, reason);
  return false;
}

function resolveKey(drafts: Drafts, draft: Draft, name: string, relation: BelongsTo, owner: string): void {
  const key = relation.key ?? `${name}Id`;
  if (draft.fields.has(key)) {
    drafts.fault(
      draft.definition.name,
      owner,
      `Its relation "${name}" needs the name "${key}" for its key; rename the field.`,
    );
    return;
  }
  const onDelete = onDeleteOf(drafts, draft, key, relation);
  if (onDelete === 'set null' && !relation.optional) {
    drafts.fault(
      draft.definition.name,
      owner,
      `Its relation "${name}" cannot be set to null: make it optional.`,
    );
    return;
  }
  draft.fields.set(key, {
    ...idField(owner),
    name: key,
    column: snakeCase(key),
    nullable: relation.optional,
    index: true,
    writable: relation.write !== false,
    unique: isOneToOne(drafts, draft, key, relation),
    references: { entity: relation.target, onDelete },
  });
  const { target, optional } = relation;
  draft.relations.set(name, { kind: 'belongsTo', name, target, key, optional, owner });
}

/** The other side may say what happens to these rows, too. */
function onDeleteOf(drafts: Drafts, draft: Draft, key: string, relation: BelongsTo): OnDelete {
  if (relation.onDelete) return relation.onDelete;
  for (const { relation: back } of drafts.find(relation.target)?.declared.values() ?? []) {
    if ((back.kind === 'hasMany' || back.kind === 'hasOne') && back.onDelete && isBack(draft, key, back)) {
      return back.onDelete;
    }
  }
  return 'restrict';
}

function isOneToOne(drafts: Drafts, draft: Draft, key: string, relation: BelongsTo): boolean {
  const declared = drafts.find(relation.target)?.declared.values() ?? [];
  return [...declared].some(({ relation: back }) => back.kind === 'hasOne' && isBack(draft, key, back));
}

/** Does this relation of the target lead back by this key? Without a key it means the only one that there is. */
function isBack(
  { definition, declared }: Draft,
  key: string,
  back: { readonly target: string; readonly key?: string },
): boolean {
  if (back.target !== definition.name) return false;
  if (back.key !== undefined) return back.key === key;
  const keys = [...declared].filter(([, { relation }]) => relation.kind === 'belongsTo');
  return keys.length === 1 || keys.some(([name]) => `${name}Id` === key);
}
