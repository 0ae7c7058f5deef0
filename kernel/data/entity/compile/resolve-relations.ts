import { camelCase } from '../field.ts';
import type { Draft, Drafts } from './draft.ts';
import { resolvePivot } from './resolve-pivot.ts';

/**
 * All relations but `belongsTo`, whose keys must be there.
 * @param inverse those that are the other side of a `manyToMany`, or all the others?
 */
export function resolveRelations(drafts: Drafts, draft: Draft, inverse: boolean): void {
  const { name: entity } = draft.definition;
  for (const [name, { relation, owner }] of draft.declared) {
    const target = drafts.find(relation.target);
    if (target === undefined || relation.kind === 'belongsTo') continue;
    if (relation.kind === 'manyToMany') {
      if ((relation.inverse !== undefined) === inverse) resolvePivot(drafts, draft, name, relation, owner);
    } else if (!inverse) {
      const key = relation.key ?? keyTo(entity, target);
      if (key === undefined || target.fields.get(key)?.references?.entity !== entity) {
        const reason = `Its relation "${name}" finds no key in "${relation.target}". Give "${relation.target}" a belongsTo('${entity}'), and name its key here if there are several.`;
        drafts.fault(entity, owner, reason);
        continue;
      }
      draft.relations.set(name, { kind: relation.kind, name, target: relation.target, key, owner });
    }
  }
}

/** The field of the target that holds ids of this entity, if there is but one; or the one with the usual name. */
function keyTo(entity: string, target: Draft): string | undefined {
  const keys = [...target.fields.values()].filter(({ references }) => references?.entity === entity);
  const usual = `${camelCase(entity.slice(entity.indexOf('.') + 1))}Id`;
  return keys.length === 1 ? keys[0]?.name : keys.find(({ name }) => name === usual)?.name;
}
