import type { EntityModel } from '../model/entity-model.ts';
import { queryInvalid } from '../query/place.ts';
import { shown } from '../value/shown.ts';
import { isUuid } from '../value/uuid.ts';

/**
 * Could there be a row with this id? A text that is no UUID is the id of none, wherever it came from. What is no text
 * got lost on its way here, which must not pass for a row that is not there.
 *
 * @throws QUERY_IMPOSSIBLE for what is no text
 */
export function isRowId(model: EntityModel, id: unknown): id is string {
  if (typeof id === 'string') return isUuid(id);
  throw queryInvalid(model, `an id must be text, not ${shown(id)}.`);
}
