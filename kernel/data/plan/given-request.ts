import type { EntitySchema } from '../entity/entity-schema.ts';
import { isRecord, shown } from '../value/shown.ts';
import { readQuery } from './parse-query.ts';
import type { Planning } from './planning.ts';
import type { ReadRequest } from './request.ts';

/**
 * A request as it came: an object, or the query of a URL, whose faults go to the planning's list with those found later.
 *
 * @throws QUERY_INVALID for what is no request at all
 */
export function readRequest(
  planning: Planning,
  entity: EntitySchema,
  given: ReadRequest | URLSearchParams,
): ReadRequest {
  if (given instanceof URLSearchParams) {
    return readQuery(given, (name, reason) => planning.faults.invalid(entity.name, name, reason));
  }
  checkRequest(planning, entity, given);
  return given;
}

/** @throws QUERY_INVALID for what is no request at all */
export function checkRequest({ faults }: Planning, entity: EntitySchema, given: unknown): void {
  if (isRecord(given)) return;
  faults.invalid(entity.name, 'request', `A request must be an object, not ${shown(given)}.`);
  faults.throwAny();
}

/** Does it search for words? Asked before it is read, since the answer takes a look into the database. */
export function searches(given: unknown): boolean {
  if (given instanceof URLSearchParams) return given.has('search');
  return isRecord(given) && given.search !== undefined;
}
