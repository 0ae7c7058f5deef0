import { throwFaults } from '../../../errors.ts';
import { EntityCatalog } from '../catalog.ts';
import type { EntityDefinition, EntityExtension } from '../define.ts';
import { checkDefinitions } from '../faults/definition-faults.ts';
import type { ScopeDefinition } from '../scope.ts';
import { addDefinition, addExtension } from './add-definitions.ts';
import { checkNames, checkTables } from './check-drafts.ts';
import { Drafts, schemaOf } from './draft.ts';
import { resolveKeys } from './resolve-keys.ts';
import { resolveRelations } from './resolve-relations.ts';

/** A definition, an addition to one, or a scope, and the extension it comes from. */
export interface OwnedEntity {
  readonly value: EntityDefinition | EntityExtension | ScopeDefinition;
  readonly owner: string;
}

/**
 * Completes the entities of all extensions: tables, columns, keys of relations, additions by other extensions. Pure.
 *
 * @throws FaultList with an ENTITY_INVALID for each fault
 */
export function compileEntities(contributions: readonly OwnedEntity[]): EntityCatalog {
  const { sound, faults } = checkDefinitions(contributions);
  const drafts = new Drafts(faults);
  for (const { value } of sound) if ('scope' in value) drafts.scopes.set(value.scope, value);
  for (const { value, owner } of sound) if ('name' in value) addDefinition(drafts, value, owner);
  for (const { value, owner } of sound) if ('extends' in value) addExtension(drafts, value, owner);
  for (const draft of drafts.all) resolveKeys(drafts, draft);
  for (const draft of drafts.all) resolveRelations(drafts, draft, false);
  for (const draft of drafts.all) resolveRelations(drafts, draft, true);
  for (const draft of drafts.all) checkNames(drafts, draft);
  checkTables(drafts);
  throwFaults(drafts.faults);
  return new EntityCatalog(new Map(drafts.all.map((draft) => [draft.definition.name, schemaOf(draft)])));
}
