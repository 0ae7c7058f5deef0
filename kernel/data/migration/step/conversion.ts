import type { ColumnType } from '../../entity/field.ts';

type Kind = ColumnType['kind'];

/**
 * What the values of a column can be turned into where they are, the same on every database and back again. Rows that do not
 * fit are found before: see misfits.ts.
 */
const ways: Readonly<Record<Kind, readonly Kind[]>> = {
  string: ['text', 'integer', 'uuid', 'date'],
  text: ['string', 'integer', 'uuid', 'date'],
  integer: ['number', 'boolean', 'string', 'text'],
  number: ['integer'],
  boolean: ['integer'],
  uuid: ['string', 'text'],
  date: ['string', 'text'],
  timestamp: [],
  json: [],
  vector: [],
};

/** Why a column cannot become one of another type; `undefined` when it can. */
export function conversionFault(from: ColumnType, to: ColumnType): string | undefined {
  if (from.kind === to.kind || ways[from.kind].includes(to.kind)) return undefined;
  const into = ways[from.kind];
  const others = into.length === 0 ? 'nothing else' : `nothing but ${into.join(', ')}`;
  return (
    `A column of kind ${from.kind} can become ${others} where it is, and not ${to.kind}: databases differ in what they would make of its values. ` +
    'Add a new column, move the values into it by run(…), and drop the old one.'
  );
}
