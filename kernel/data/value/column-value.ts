import type { ColumnType, Field } from '../entity/field.ts';
import { jsonFault } from './json.ts';
import { readDay, readMoment } from './moment.ts';
import { shown } from './shown.ts';
import { lengthFault, textFault } from './text.ts';
import { isUuid } from './uuid.ts';
import type { ValueFault } from './value-fault.ts';
import { isVector } from './vector.ts';

/**
 * What makes a value one that a column can neither hold nor be compared with: the same for what is written, filtered by
 * and read from a cursor, in every database. Left to the databases, some would fail and some would bend the value.
 *
 * @returns as the end of a sentence, or `undefined` where the value fits
 */
export function kindFault(type: ColumnType, value: unknown): string | undefined {
  switch (type.kind) {
    case 'uuid':
      return isUuid(value) ? undefined : `must be a UUID, not ${shown(value)}`;
    case 'string':
    case 'text':
      return typeof value === 'string' ? textFault(value) : `must be text, not ${shown(value)}`;
    case 'integer':
      return Number.isSafeInteger(value)
        ? undefined
        : `must be a whole number that JavaScript can hold, not ${shown(value)}`;
    case 'number':
      return Number.isFinite(value) ? undefined : `must be a number, not ${shown(value)}`;
    case 'boolean':
      return typeof value === 'boolean' ? undefined : `must be true or false, not ${shown(value)}`;
    case 'timestamp':
      return readMoment(value) === undefined
        ? `must be a moment such as "2026-01-31T12:00:00.000Z", not ${value instanceof Date ? 'a Date: give its toISOString()' : shown(value)}`
        : undefined;
    case 'date':
      return readDay(value) === undefined
        ? `must be a day such as "2026-01-31", not ${shown(value)}`
        : undefined;
    case 'vector':
      return isVector(value, type.dimensions)
        ? undefined
        : `must be a list of ${type.dimensions} numbers in single precision`;
    case 'json':
      return jsonFault(value)?.reason;
  }
}

/**
 * What keeps a value out of a field's column, the same in every database: SQLite alone would take anything. What else
 * the field's schema asks for is left to the schema.
 */
export function columnFault({ type, nullable, schema }: Field, value: unknown): ValueFault | undefined {
  if (value === null) return nullable ? undefined : whole('must not be null');
  if (type.kind === 'json') return jsonFault(value);
  const fault = kindFault(type, value) ?? enumFault(schema, value);
  if (fault !== undefined) return whole(fault);
  return type.kind === 'string' ? whole(lengthFault(String(value), type.length)) : undefined;
}

function whole(reason: string): ValueFault;
function whole(reason: string | undefined): ValueFault | undefined;
function whole(reason: string | undefined): ValueFault | undefined {
  return reason === undefined ? undefined : { pointer: '', reason };
}

/** The values of an enumeration, if the schema is one. */
export function enumerated(schema: object): readonly unknown[] | undefined {
  return 'enum' in schema && Array.isArray(schema.enum) ? schema.enum : undefined;
}

function enumFault(schema: object, value: unknown): string | undefined {
  const values = enumerated(schema);
  if (values === undefined || values.includes(value)) return undefined;
  return `must be one of ${values.map((one) => JSON.stringify(one)).join(', ')}, not ${shown(value)}`;
}
