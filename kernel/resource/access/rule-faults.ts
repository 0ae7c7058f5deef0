import type { AccessTerm } from '../../data/entity/access-rule.ts';
import type { EntityCatalog } from '../../data/entity/catalog.ts';
import type { EntitySchema } from '../../data/entity/entity-schema.ts';
import { filterFaults } from '../../data/plan/filter-faults.ts';
import { didYouMean } from '../../errors.ts';
import { isPermission } from '../../http/permission.ts';

/**
 * What is wrong with an access rule: names of fields, relations and permissions that there are not. Found when it is loaded,
 * it is found before somebody is refused or let in by it.
 *
 * @returns sentences
 */
export function accessRuleFaults(
  catalog: EntityCatalog,
  entity: EntitySchema,
  term: AccessTerm,
): readonly string[] {
  switch (term.kind) {
    case 'can':
      return permissionFaults(catalog, term.permission);
    case 'rows':
      return filterFaults(catalog, entity.name, term.filter, { trusted: true });
    case 'all':
    case 'any':
      return term.of.flatMap((one) => accessRuleFaults(catalog, entity, one));
    case 'fields': {
      const known = [...entity.fields.keys()];
      const unknown = term.fields.filter((name) => !known.includes(name));
      return [
        ...unknown.map((name) => `there is no field "${name}".${didYouMean(name, known)}`),
        ...accessRuleFaults(catalog, entity, term.of),
      ];
    }
    case 'through': {
      const relation = entity.relations.get(term.relation);
      if (relation?.kind === 'belongsTo') return [];
      const names = [...entity.relations.values()]
        .filter(({ kind }) => kind === 'belongsTo')
        .map(({ name }) => name);
      const why = relation ? 'does not lead to one row that this one belongs to' : 'is no relation of it';
      return [`through("${term.relation}"): that ${why}.${didYouMean(term.relation, names)}`];
    }
    default:
      return [];
  }
}

/** A permission may be about anything; what looks like an entity of an extension that has entities must be one. */
function permissionFaults(catalog: EntityCatalog, permission: string): readonly string[] {
  if (!isPermission(permission) || permission.includes('*')) {
    return [`"${permission}" is no permission. Write it as <resource>:<action>, such as "blog.post:read".`];
  }
  const resource = permission.slice(0, permission.lastIndexOf(':'));
  const [extension = ''] = resource.split('.');
  const siblings = catalog.all.filter(({ owner }) => owner === extension).map(({ name }) => name);
  if (siblings.length === 0 || !resource.includes('.') || siblings.includes(resource)) return [];
  const suggestion = didYouMean(resource, siblings);
  return suggestion === ''
    ? []
    : [`there is no entity "${resource}", as in the permission "${permission}".${suggestion}`];
}
