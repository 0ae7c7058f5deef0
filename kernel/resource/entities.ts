import {
  type EntityDefinition,
  type EntityExtension,
  isEntityDefinition,
  isEntityExtension,
} from '../data/entity/define.ts';
import { isScopeDefinition, type ScopeDefinition } from '../data/entity/scope.ts';
import { BackplaneError, throwFaults } from '../errors.ts';
import { type Contribution, defineRegistry, type Owner } from '../snapshot/index.ts';
import { type Catalog, compileCatalog } from './external/catalog.ts';

/** Who contributes entities; an extension says in its manifest what it depends on. */
export interface EntityOwner extends Owner {
  readonly manifest?: {
    readonly dependencies?: Readonly<Record<string, string>>;
    readonly optionalDependencies?: Readonly<Record<string, string>>;
  };
}

type Value = EntityDefinition | EntityExtension | ScopeDefinition;

/**
 * Collects `entities/`: every export that is an entity, or extends one. Its view is the catalog of all of them, so that a
 * new or changed entity arrives with the next snapshot; those that have no table stand beside it.
 */
export const entities = defineRegistry<Value, Catalog, EntityOwner>({
  name: 'entities',
  folder: 'entities',
  exports: 'all',
  expected: 'an entity made with defineEntity(…), extendEntity(…) or defineExternalEntity(…)',
  accepts: (value): value is Value =>
    isEntityDefinition(value) || isEntityExtension(value) || isScopeDefinition(value),
  compile(contributions) {
    const scopes = new Map(
      contributions.flatMap(({ value, owner }) => ('scope' in value ? [[value.scope, owner.name]] : [])),
    );
    throwFaults(contributions.flatMap((one) => undeclared(one, scopes)));
    return compileCatalog(contributions.map(({ value, owner }) => ({ value, owner: owner.name })));
  },
});

/** Whose entity is extended, or whose scope is used, must be there first, and only the manifest can say so. */
function undeclared(
  { value, owner }: Contribution<Value, EntityOwner>,
  scopes: ReadonlyMap<string, string>,
): readonly Error[] {
  const { name, manifest } = owner;
  if (manifest === undefined || 'scope' in value) return [];
  const entity = 'extends' in value ? value.extends : value.name;
  const scope = 'extends' in value ? undefined : value.options.scope;
  const [other = ''] = 'extends' in value ? value.extends.split('.') : [scope && scopes.get(scope)];
  const { dependencies = {}, optionalDependencies = {} } = manifest;
  if (other === '' || other === name || other in dependencies || other in optionalDependencies) return [];
  const what = scope === undefined ? 'It is extended' : `Its scope "${scope}" comes from "${other}"`;
  const reason = `${what}, but "${other}" is not among "dependencies" in the manifest.json of "${name}". Add it.`;
  return [new BackplaneError('ENTITY_INVALID', { entity, owner: name, reason })];
}
