import { BackplaneError } from '../../errors.ts';
import { codecOf } from '../database/column-codec.ts';
import type { Dialect } from '../database/dialect.ts';
import type { EntityCatalog } from '../entity/catalog.ts';
import type { ReadRow } from './decode.ts';
import type { AggregatePlan } from './plan.ts';
import { calculationName } from './sql/aggregate.ts';
import { fieldNamed } from './sql/writing.ts';

/** One group of an aggregate. Only what was asked for is there. */
export interface AggregateRow {
  /** The fields that were grouped by; empty without groups. */
  readonly group: ReadRow;
  readonly count?: number;
  readonly sum?: ReadRow;
  readonly avg?: ReadRow;
  readonly min?: ReadRow;
  readonly max?: ReadRow;
}

/** Turns the rows of an aggregate into groups. */
export function aggregateDecoderOf(
  catalog: EntityCatalog,
  dialect: Dialect,
  { source, groupBy, count, calculations }: AggregatePlan,
): (rows: readonly ReadRow[]) => readonly AggregateRow[] {
  const entity = catalog.get(source.entity);
  const decode = (name: string, value: unknown): unknown => {
    const convert = codecOf(fieldNamed(entity, name).type, dialect).decode;
    return value === null || convert === undefined ? value : convert(value);
  };
  return (rows) =>
    rows.map((row) => {
      const results: Record<string, ReadRow> = {};
      for (const calculation of calculations) {
        const { function: name, field } = calculation;
        const value = row[calculationName(calculation)];
        results[name] ??= {};
        // Sums and means come as text from dialects in which they are decimals.
        const isNumber = (name === 'sum' || name === 'avg') && value !== null;
        // PostgreSQL and MariaDB say so by an error.
        if (isNumber && !Number.isFinite(Number(value))) throw tooLarge(source.entity);
        results[name][field] = isNumber ? Number(value) : decode(field, value);
      }
      const group = Object.fromEntries(groupBy.map((name) => [name, decode(name, row[name])]));
      return { group, ...(count ? { count: Number(row.count) } : {}), ...results };
    });
}

/** The error of the catalogue for a sum that is out of range; any other error as it is. */
export function aggregateErrorOf(entity: string, error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const isOutOfRange = Reflect.get(error, 'code') === '22003' || Reflect.get(error, 'errno') === 1690;
  return isOutOfRange ? tooLarge(entity, error) : error;
}

function tooLarge(entity: string, cause?: Error): BackplaneError {
  const reason = 'a sum or mean is greater than any number. Ask for fewer rows, or for smaller groups.';
  return new BackplaneError('QUERY_IMPOSSIBLE', { entity, reason }, { cause });
}
