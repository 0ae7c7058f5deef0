import { singularize } from 'inflection';
import type { Pivot } from '../entity-schema.ts';
import { type Field, fieldOf, snakeCase } from '../field.ts';
import type { ManyToMany } from '../relation.ts';
import type { Draft, Drafts } from './draft.ts';

/** A `manyToMany`, with the table between unless the other side declares that. */
export function resolvePivot(
  drafts: Drafts,
  draft: Draft,
  name: string,
  relation: ManyToMany,
  owner: string,
): void {
  const { name: entity } = draft.definition;
  const { target, inverse } = relation;
  if (inverse !== undefined) {
    const other = drafts.find(target)?.relations.get(inverse);
    if (other?.kind !== 'manyToMany' || other.target !== entity) {
      const reason = `Its relation "${name}" says it is the inverse of "${inverse}" of "${target}", which is no manyToMany('${entity}').`;
      drafts.fault(entity, owner, reason);
      return;
    }
    const { pivot, ownColumn, targetColumn } = other;
    const swapped = { ownColumn: targetColumn, targetColumn: ownColumn };
    draft.relations.set(name, { kind: 'manyToMany', name, target, pivot, ...swapped, owner });
    return;
  }
  const ownColumn = `${snakeCase(shortOf(entity))}_id`;
  const usual = `${snakeCase(shortOf(target))}_id`;
  const targetColumn = usual === ownColumn ? `${snakeCase(singularize(name))}_id` : usual;
  if (targetColumn === ownColumn) {
    const reason = `Both columns of its relation "${name}" would be "${ownColumn}". Rename the relation: by its singular the other row is known.`;
    drafts.fault(entity, owner, reason);
    return;
  }
  const fields = new Map<string, Field>();
  for (const [field, schema] of Object.entries(relation.pivot ?? {})) {
    const made = fieldOf(field, schema, owner);
    if ('fault' in made)
      drafts.fault(entity, owner, `The field "${field}" of its relation "${name}" ${made.fault}`);
    else fields.set(field, made);
  }
  const pivot: Pivot = {
    table: relation.table ?? `${draft.table}_${snakeCase(name)}`,
    keys: [
      { column: ownColumn, entity, onDelete: 'cascade' },
      { column: targetColumn, entity: target, onDelete: 'cascade' },
    ],
    fields,
    owner,
  };
  drafts.pivots.set(`${entity}.${name}`, pivot);
  draft.relations.set(name, { kind: 'manyToMany', name, target, pivot, ownColumn, targetColumn, owner });
}

function shortOf(entity: string): string {
  return entity.slice(entity.indexOf('.') + 1);
}
