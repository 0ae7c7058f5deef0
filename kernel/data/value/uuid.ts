const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Could this be the id of a row? PostgreSQL takes nothing else for one, not even to find that there is none. */
export function isUuid(value: unknown): value is string {
  return typeof value === 'string' && uuid.test(value);
}
