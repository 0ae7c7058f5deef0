import { BackplaneError, entities, isPermission, isRoot, resources, scopeKey } from 'backplane';
import { type EntitySchema, type Filter, filterFaults } from 'backplane/data';
import { permissionFault } from '../access/known-operations.ts';
import { rootTeamId } from '../built-in.ts';
import type { Role } from '../entities/role.ts';
import { type Changer, holds } from './holdings.ts';

/** A grant as it is to be. */
export interface GrantValues {
  readonly permission: string;
  readonly fields: readonly string[] | null;
  readonly filter: Filter | null;
}

/**
 * Checks what a grant says: fields and filters are those of one entity, which there must be.
 *
 * A filter decides by values who sees a row, so that whoever writes one can find out values. Therefore nobody but root and the
 * application itself writes one that asks about other entities, or about what they may not read.
 *
 * @throws INPUT_INVALID with all faults
 */
export async function checkGrant(changer: Changer, role: Role, values: GrantValues): Promise<void> {
  const faults: { pointer: string; message: string }[] = [];
  const { permission, fields, filter } = values;
  const misspelt = permissionFault(changer.services.kernel.snapshot.get(resources), permission);
  if (!isPermission(permission)) {
    const message = 'must be a permission or a pattern of some: blog.post:read, blog.*:read, *:read, *';
    faults.push({ pointer: '/permission', message });
  } else if (misspelt !== undefined) {
    faults.push({ pointer: '/permission', message: misspelt });
  } else if (fields !== null || filter !== null) {
    const entity = entityOf(changer, permission);
    if (entity === undefined) {
      const message = 'must name one entity that there is, where fields or a filter are given';
      faults.push({ pointer: '/permission', message });
    } else {
      for (const [index, field] of (fields ?? []).entries()) {
        if (!entity.fields.has(field)) {
          faults.push({ pointer: `/fields/${index}`, message: `"${entity.name}" has no field "${field}"` });
        }
      }
      if (filter !== null) {
        for (const message of await faultsOfFilter(changer, role, entity, filter)) {
          faults.push({ pointer: '/filter', message });
        }
      }
    }
  }
  if (faults.length > 0) throw new BackplaneError('INPUT_INVALID', { entity: 'teams.grant', faults });
}

/** The one entity that a permission is about. */
function entityOf({ services }: Changer, permission: string): EntitySchema | undefined {
  return services.kernel.snapshot
    .get(entities)
    .everything.find(permission.slice(0, permission.lastIndexOf(':')));
}

async function faultsOfFilter(
  changer: Changer,
  role: Role,
  entity: EntitySchema,
  filter: Filter,
): Promise<readonly string[]> {
  const { services, actor } = changer;
  const trusted = actor === undefined || isRoot(actor);
  const faults = filterFaults(services.kernel.snapshot.get(entities).everything, entity.name, filter, {
    trusted,
  });
  if (faults.length > 0 || trusted) return faults;
  const relations = namesIn(filter).filter((name) => entity.relations.has(name));
  if (relations.length > 0) return [`may not ask about other entities: ${relations.join(', ')}`];
  const teamId = scopeKey(entity) === undefined ? rootTeamId : (role.teamId ?? rootTeamId);
  return (await holds(changer, teamId, `${entity.name}:read`))
    ? []
    : [`may only be written by who may read all fields of "${entity.name}" there`];
}

/** The fields and relations that a filter names on its entity. */
function namesIn(filter: Filter): readonly string[] {
  return Object.entries(filter).flatMap(([name, value]) => {
    if (name === 'and' || name === 'or')
      return Array.isArray(value) ? value.flatMap((one) => namesIn(one)) : [];
    if (name === 'not') return isFilter(value) ? namesIn(value) : [];
    return [name];
  });
}

function isFilter(value: unknown): value is Filter {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
