import { didYouMean, type Resource, type ResourceTable } from 'backplane';
import { permissionsIn } from './describe-rule.ts';

const builtIn = ['read', 'create', 'update', 'delete', 'restore', 'aggregate'] as const;

/**
 * What can be permitted with rows of an entity: its operations, its methods, and what rules ask about it.
 *
 * @throws ENTITY_UNKNOWN
 */
export function operationsOf(table: ResourceTable, entity: string): ReadonlySet<string> {
  const prefix = `${entity}:`;
  const asked = table.all.flatMap((resource) =>
    [...operationsIn(resource)].flatMap((operation) => permissionsIn(resource.term(operation))),
  );
  return new Set([
    ...operationsIn(table.get(entity)),
    ...asked.flatMap((one) => (one.startsWith(prefix) ? [one.slice(prefix.length)] : [])),
  ]);
}

/** Its own: of rows behind a provider, what it offers. */
function operationsIn({ methods, external }: Resource): readonly string[] {
  const offered = external ? ['read', ...external.operations.keys()] : builtIn;
  return [...builtIn.filter((name) => offered.includes(name)), ...methods.keys()];
}

/**
 * What is wrong with a permission that names one entity of an extension which is there: it would grant nothing. Patterns,
 * and permissions of what is no entity's, may mean what comes later.
 *
 * @returns `undefined` if nothing is
 */
export function permissionFault(table: ResourceTable, permission: string): string | undefined {
  const cut = permission.lastIndexOf(':');
  const [entity, operation] = [permission.slice(0, cut), permission.slice(cut + 1)];
  if (cut === -1 || entity.includes('*')) return undefined;
  const names = table.all.map(({ schema }) => schema.name);
  if (!names.includes(entity)) {
    const [extension] = entity.split('.', 1);
    const isForeign = !names.some((name) => name.startsWith(`${extension}.`));
    return isForeign ? undefined : `names no entity that there is: "${entity}".${didYouMean(entity, names)}`;
  }
  const known = operationsOf(table, entity);
  if (operation === '*' || known.has(operation)) return undefined;
  const all = [...known].join(', ');
  return `names no operation of "${entity}": "${operation}".${didYouMean(operation, known)} It has ${all}`;
}
