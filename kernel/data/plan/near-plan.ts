import { didYouMean } from '../../errors.ts';
import type { EntitySchema } from '../entity/entity-schema.ts';
import { isRecord, kindOf, nameOf } from '../value/shown.ts';
import { isVector, toSingles } from '../value/vector.ts';
import { readSize } from './page-plan.ts';
import type { NearPlan } from './plan.ts';
import { type Planning, place, refuseUnknown } from './planning.ts';
import type { Distance, ReadRequest } from './request.ts';

/** A request for the nearest rows, and how many. */
export interface PlannedNear {
  readonly plan: NearPlan;
  readonly limit: number;
}

const known = ['field', 'vector', 'limit', 'distance'];

/** Plans `near`, which takes the place of a sort. Its field need not be one that callers can read. */
export function planNear(
  planning: Planning,
  entity: EntitySchema,
  { near, sort, page }: ReadRequest,
): PlannedNear | undefined {
  if (near === undefined) return undefined;
  const fault = (path: string, reason: string): undefined => {
    planning.faults.invalid(entity.name, path, reason);
    return undefined;
  };
  if (!isRecord(near)) return fault('near', `It must be an object, and is ${kindOf(near)}.`);
  refuseUnknown(planning, entity, near, known, 'near');
  if (sort !== undefined)
    fault('sort', 'What is asked for by "near" comes nearest first, so leave "sort" out.');
  if (page?.after !== undefined || page?.before !== undefined) {
    fault('page', '"near" has no cursors. Use "page.offset".');
  }
  const field = typeof near.field === 'string' ? entity.fields.get(near.field) : undefined;
  if (field?.type.kind !== 'vector') {
    const vectors = [...entity.fields.values()].filter(({ type }) => type.kind === 'vector');
    const suggestion = didYouMean(
      nameOf(near.field),
      vectors.map(({ name }) => name),
    );
    return fault('near.field', `It must be a field with a vector.${suggestion}`);
  }
  const { dimensions } = field.type;
  const { vector, distance = 'cosine' } = near;
  if (!isVector(vector, dimensions))
    return fault('near.vector', `It must be a list of ${dimensions} numbers in single precision.`);
  if (!isDistance(distance)) return fault('near.distance', 'It must be "cosine" or "l2".');
  const limit = readSize(planning, entity, near.limit ?? page?.size, 'near.limit');
  return { plan: { field: field.name, vector: place(planning, toSingles(vector)), distance }, limit };
}

function isDistance(value: unknown): value is Distance {
  return value === 'cosine' || value === 'l2';
}
