import { EntityCatalog } from '../../data/entity/catalog.ts';
import { compileEntities, type OwnedEntity } from '../../data/entity/compile/compile-entities.ts';
import type { EntitySchema } from '../../data/entity/entity-schema.ts';
import { BackplaneError, throwFaults } from '../../errors.ts';
import { compileExternal, gather, type OwnedExternal } from './compile.ts';
import { isExternalDefinition } from './define.ts';
import type { ExternalEntity } from './entity.ts';

/** The entities that have tables, which is all that data knows of; and beside them those that have none. */
export class Catalog extends EntityCatalog {
  readonly external: ReadonlyMap<string, ExternalEntity>;
  /** All entities, wherever their rows lie. */
  readonly everything: EntityCatalog;

  constructor(tables: readonly EntitySchema[], external: ReadonlyMap<string, ExternalEntity>) {
    super(byName(tables));
    this.external = external;
    this.everything =
      external.size === 0
        ? this
        : new EntityCatalog(byName([...tables, ...[...external.values()].map(({ schema }) => schema)]));
  }

  /** @throws ENTITY_UNKNOWN, ENTITY_EXTERNAL */
  override get(name: string): EntitySchema {
    const external = this.external.get(name);
    if (external === undefined) return super.get(name);
    throw new BackplaneError('ENTITY_EXTERNAL', { entity: name, capability: external.capability });
  }
}

function byName(schemas: readonly EntitySchema[]): ReadonlyMap<string, EntitySchema> {
  return new Map(schemas.map((schema) => [schema.name, schema]));
}

/**
 * Completes the entities of all extensions. Pure.
 *
 * @throws FaultList with an ENTITY_INVALID for each fault
 */
export function compileCatalog(contributions: readonly OwnedEntity[]): Catalog {
  const external: OwnedExternal[] = [];
  const tables: OwnedEntity[] = [];
  for (const { value, owner } of contributions) {
    if (isExternalDefinition(value)) external.push({ value, owner });
    else tables.push({ value, owner });
  }
  if (external.length === 0) return new Catalog(compileEntities(tables).all, new Map());
  const names = new Set(external.map(({ value }) => value.name));
  throwFaults(tables.flatMap((one) => faultsTowards(one, names)));
  const faults: Error[] = [];
  const compiled = gather(faults, () => compileEntities(tables));
  const outside = gather(faults, () => compileExternal(external));
  throwFaults(faults);
  return new Catalog(compiled?.all ?? [], outside ?? new Map());
}

/** What an entity with a table wants of one that has none. */
function faultsTowards({ value, owner }: OwnedEntity, external: ReadonlySet<string>): readonly Error[] {
  if ('scope' in value) return [];
  const entity = 'extends' in value ? value.extends : value.name;
  const fault = (reason: string): Error => new BackplaneError('ENTITY_INVALID', { entity, owner, reason });
  if (external.has(entity)) {
    const reason =
      'extends' in value
        ? 'It cannot be extended, since its rows lie behind a provider. Keep what belongs to them in an entity of your own, with their id in a field.'
        : 'It is defined twice. Rename one of them.';
    return [fault(reason)];
  }
  return Object.entries(value.options.relations ?? {}).flatMap(([name, { target }]) =>
    external.has(target)
      ? [
          fault(
            `Its relation "${name}" leads to "${target}", whose rows lie behind a provider: no table can refer to them, and no SQL can join them. ` +
              `Keep the id in a field, "${name}Id: Type.String({ maxLength: 255 })", and read the row by services.managers.of('${target}').get(${name}Id).`,
          ),
        ]
      : [],
  );
}
