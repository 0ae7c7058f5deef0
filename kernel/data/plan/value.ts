import { didYouMean } from '../../errors.ts';
import type { Field } from '../entity/field.ts';
import { enumerated, kindFault } from '../value/column-value.ts';
import { readMoment } from '../value/moment.ts';
import { shown } from '../value/shown.ts';

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
  const { kind } = field.type;
  if (kind === 'json' || kind === 'vector') {
    return { misfit: `holds ${kind === 'json' ? 'JSON' : 'a vector'}, which cannot be compared.` };
  }
  const fault = kindFault(field.type, value);
  if (fault !== undefined) return { misfit: `${fault}.` };
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  const text = String(value);
  if (kind === 'uuid') return text.toLowerCase();
  if (kind === 'timestamp') return readMoment(text) ?? text;
  return forms === 'whole' ? readEnumerated(field, text) : text;
}

export function isMisfit(value: unknown): value is Misfit {
  return typeof value === 'object' && value !== null && 'misfit' in value;
}

function readEnumerated({ schema }: Field, value: string): string | Misfit {
  const values = enumerated(schema);
  if (values === undefined || values.includes(value)) return value;
  const known = values.filter((one) => typeof one === 'string');
  const names = known.map((one) => `"${one}"`).join(', ');
  return { misfit: `must be one of ${names}, not ${shown(value)}.${didYouMean(value, known)}` };
}
