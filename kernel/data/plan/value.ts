import { didYouMean } from '../../errors.ts';
import type { Field } from '../entity/field.ts';
import { kindOf } from './faults.ts';

/** Why a value does not fit its field. */
export interface Misfit {
  readonly misfit: string;
}

export type Comparable = string | number | boolean;

/**
 * A value of a request as rows hold it: ids in lower case, moments in UTC with milliseconds.
 *
 * @param forms may the text be no whole value, but a part of one? then it need not be one of an enumeration's
 */
export function readValue(
  field: Field,
  value: unknown,
  forms: 'whole' | 'part' = 'whole',
): Comparable | Misfit {
  const { type } = field;
  switch (type.kind) {
    case 'string':
    case 'text':
      return typeof value === 'string' ? readText(field, value, forms) : misfit('a text', value);
    case 'uuid':
      return typeof value === 'string' && uuid.test(value) ? value.toLowerCase() : misfit('a UUID', value);
    case 'integer':
      return typeof value === 'number' && Number.isSafeInteger(value)
        ? value
        : misfit('a whole number that JavaScript can hold', value);
    case 'number':
      return typeof value === 'number' && Number.isFinite(value) ? value : misfit('a number', value);
    case 'boolean':
      return typeof value === 'boolean' ? value : misfit('true or false', value);
    case 'timestamp':
      return readMoment(value) ?? misfit('a moment as 2026-01-31T12:00:00.000Z', value);
    case 'date':
      return readDay(value) ?? misfit('a day as 2026-01-31', value);
    case 'json':
    case 'vector':
      return { misfit: `holds ${type.kind === 'json' ? 'JSON' : 'a vector'}, which cannot be compared.` };
  }
}

export function isMisfit(value: unknown): value is Misfit {
  return typeof value === 'object' && value !== null && 'misfit' in value;
}

/** Why a text can be in no row, if so: no database stores NUL, and half a character is none. */
export function textFault(text: string): string | undefined {
  if (text.includes('\0')) return 'holds the character NUL, which no text of a database can.';
  return text.isWellFormed() ? undefined : 'holds half a character (a lone surrogate).';
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)$/i;
const day = /^(\d{4})-(\d\d)-(\d\d)$/;

function misfit(expected: string, value: unknown): Misfit {
  const got = typeof value === 'object' ? kindOf(value) : excerpt(JSON.stringify(value) ?? String(value));
  return { misfit: `must be ${expected}, and is ${got}.` };
}

function excerpt(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 60)}…`;
}

function readText(field: Field, value: string, forms: 'whole' | 'part'): string | Misfit {
  const fault = textFault(value);
  if (fault !== undefined) return { misfit: fault };
  const values = forms === 'whole' ? enumerated(field) : undefined;
  if (values === undefined || values.includes(value)) return value;
  const known = values.filter((one) => typeof one === 'string');
  const names = known.map((one) => `"${one}"`).join(', ');
  return {
    misfit: `must be one of ${names}, and is ${excerpt(JSON.stringify(value))}.${didYouMean(value, known)}`,
  };
}

function enumerated({ schema }: Field): readonly unknown[] | undefined {
  return 'enum' in schema && Array.isArray(schema.enum) ? schema.enum : undefined;
}

function readMoment(value: unknown): string | undefined {
  // As rows and cursors have it: the usual case, at half the cost.
  if (typeof value === 'string' && value.length === 24 && value >= '0001' && isCanonical(value)) return value;
  if (typeof value !== 'string' || !moment.test(value) || readDay(value.slice(0, 10)) === undefined)
    return undefined;
  const time = Date.parse(value);
  if (Number.isNaN(time)) return undefined;
  const text = new Date(time).toISOString();
  // A zone may carry it out of the years that have four digits, which sort as texts.
  return text.length === 24 && text >= '0001' ? text : undefined;
}

function isCanonical(text: string): boolean {
  const time = Date.parse(text);
  return !Number.isNaN(time) && new Date(time).toISOString() === text;
}

function readDay(value: unknown): string | undefined {
  const parts = typeof value === 'string' ? day.exec(value) : null;
  if (parts === null) return undefined;
  const [text, year, month, date] = parts;
  const made = new Date(`${text}T00:00:00.000Z`);
  // The 30th of February would become a day in March.
  return Number(year) > 0 && made.getUTCMonth() + 1 === Number(month) && made.getUTCDate() === Number(date)
    ? text
    : undefined;
}
