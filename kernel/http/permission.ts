/**
 * Does a pattern cover a permission? Both are `<resource>:<action>`; in a pattern each part may be `*`, the resource may
 * end with `.*`, and `*` alone covers everything.
 *
 * @example covers('blog.*:read', 'blog.post:read') // true
 */
export function covers(pattern: string, permission: string): boolean {
  if (pattern === '*' || pattern === permission) return true;
  const [resource = '', action = ''] = split(pattern);
  const [asked = '', what = ''] = split(permission);
  return (action === '*' || action === what) && coversResource(resource, asked);
}

function coversResource(pattern: string, resource: string): boolean {
  if (pattern === '*' || pattern === resource) return true;
  return pattern.endsWith('.*') && resource.startsWith(pattern.slice(0, -1));
}

function split(permission: string): readonly string[] {
  const colon = permission.lastIndexOf(':');
  return colon === -1 ? [permission, ''] : [permission.slice(0, colon), permission.slice(colon + 1)];
}

/** Could this be a permission, or a pattern of some? */
export function isPermission(text: string): boolean {
  return text === '*' || /^(\*|[a-z][a-z0-9-]*(\.([a-z][a-z0-9-]*|\*))*):(\*|[a-z][A-Za-z0-9-]*)$/.test(text);
}

/**
 * Do the scopes of an actor leave room for this? It is not a permission: that is up to rules.
 *
 * @param scopes patterns; without any there is no limit
 */
export function isWithinScopes(scopes: readonly string[] | undefined, permission: string): boolean {
  if (scopes === undefined) return true;
  return Array.isArray(scopes) && scopes.some((scope) => covers(scope, permission));
}
