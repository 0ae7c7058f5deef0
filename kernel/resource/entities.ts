import type { EntityCatalog } from '../data/entity/catalog.ts';
import { compileEntities } from '../data/entity/compile/compile-entities.ts';
import {
  type EntityDefinition,
  type EntityExtension,
  isEntityDefinition,
  isEntityExtension,
} from '../data/entity/define.ts';
import { BackplaneError, throwFaults } from '../errors.ts';
import { type Contribution, defineRegistry, type Owner } from '../snapshot/index.ts';

/** Who contributes entities; an extension says in its manifest what it depends on. */
export interface EntityOwner extends Owner {
  readonly manifest?: {
    readonly dependencies?: Readonly<Record<string, string>>;
    readonly optionalDependencies?: Readonly<Record<string, string>>;
  };
}

type Value = EntityDefinition | EntityExtension;

/**
 * Collects `entities/`: every export that is an entity, or extends one. Its view is the catalog of all of them, so that a
 * new or changed entity arrives with the next snapshot.
 */
export const entities = defineRegistry<Value, EntityCatalog, EntityOwner>({
  name: 'entities',
  folder: 'entities',
  exports: 'all',
  expected: 'an entity made with defineEntity(…) or extendEntity(…)',
  accepts: (value): value is Value => isEntityDefinition(value) || isEntityExtension(value),
  compile(contributions) {
    throwFaults(contributions.flatMap(undeclared));
    return compileEntities(contributions.map(({ value, owner }) => ({ value, owner: owner.name })));
  },
});

/** Whose entity is extended must be there first, and only the manifest can say so. */
function undeclared({ value, owner }: Contribution<Value, EntityOwner>): readonly Error[] {
  if (!('extends' in value) || owner.manifest === undefined) return [];
  const [other = ''] = value.extends.split('.');
  const { dependencies = {}, optionalDependencies = {} } = owner.manifest;
  if (other === owner.name || other in dependencies || other in optionalDependencies) return [];
  const reason = `It is extended, but "${other}" is not among "dependencies" in the manifest.json of "${owner.name}". Add it.`;
  return [new BackplaneError('ENTITY_INVALID', { entity: value.extends, owner: owner.name, reason })];
}
