import { codecOf } from '../../database/column-codec.ts';
import type { EntitySchema } from '../../entity/entity-schema.ts';
import type { Field } from '../../entity/field.ts';
import { rememberingLists } from '../known-lists.ts';
import type { Comparison, Predicate, RelatedPredicate, Source } from '../plan.ts';
import { joinOf } from './join.ts';
import { searchSql } from './search.ts';
import { fieldNamed, type Writing } from './writing.ts';

const signs: Readonly<Record<Comparison, string>> = { eq: '=', gt: '>', gte: '>=', lt: '<', lte: '<=' };
const opposites: Readonly<Record<Comparison, string>> = { eq: '<>', gt: '<=', gte: '<', lt: '>=', lte: '>' };

/**
 * A predicate as SQL that is true or not, never NULL in effect: `not` is carried down to the comparisons, each of which
 * knows what its opposite says of NULL.
 *
 * @param alias of the entity's table
 * @param negated is its opposite wanted?
 */
export function predicateSql(
  writing: Writing,
  entity: EntitySchema,
  alias: string,
  predicate: Predicate,
  negated: boolean,
): string {
  switch (predicate.kind) {
    case 'all':
    case 'any': {
      const isAll = (predicate.kind === 'all') !== negated;
      const parts = predicate.of.map((one) => predicateSql(writing, entity, alias, one, negated));
      return conjunction(parts, isAll);
    }
    case 'not':
      return predicateSql(writing, entity, alias, predicate.of, !negated);
    case 'related':
      return relatedSql(writing, entity, alias, predicate, negated);
    case 'search':
      return searchSql(writing, entity, alias, predicate, negated);
    default:
      return comparisonSql(writing, alias, fieldNamed(entity, predicate.field), predicate, negated);
  }
}

/**
 * What restricts an alias whoever asks: its row rule, and whether it is deleted.
 *
 * @param byIndex may an index of the rows that are not deleted be chosen for that?
 */
export function sourceSql(
  writing: Writing,
  alias: string,
  source: Source,
  byIndex = true,
): readonly string[] {
  const entity = writing.catalog.get(source.entity);
  const parts: string[] = [];
  if (entity.softDelete && source.deleted !== 'include') {
    const column = writing.column(alias, fieldNamed(entity, 'deletedAt').column);
    const tested = byIndex ? column : writing.syntax.unindexed(column);
    parts.push(`${tested} is ${source.deleted === 'only' ? 'not null' : 'null'}`);
  }
  if (source.access !== undefined) parts.push(predicateSql(writing, entity, alias, source.access, false));
  return parts;
}

/** Everything that must hold of an alias; `undefined` if nothing must. */
export function whereSql(
  writing: Writing,
  alias: string,
  source: Source,
  where: Predicate | undefined,
  others: readonly string[] = [],
  byIndex = true,
): string | undefined {
  const entity = writing.catalog.get(source.entity);
  const parts = [
    ...sourceSql(writing, alias, source, byIndex),
    ...(where === undefined ? [] : [predicateSql(writing, entity, alias, where, false)]),
    ...others,
  ];
  return parts.length === 0 ? undefined : parts.join(' and ');
}

function conjunction(parts: readonly string[], isAll: boolean): string {
  if (parts.length === 0) return isAll ? '1 = 1' : '1 = 0';
  return parts.length === 1 ? String(parts[0]) : `(${parts.join(isAll ? ' and ' : ' or ')})`;
}

type FieldPredicate = Extract<Predicate, { readonly field: string }>;

function comparisonSql(
  writing: Writing,
  alias: string,
  field: Field,
  predicate: FieldPredicate,
  negated: boolean,
): string {
  const column = writing.column(alias, field.column);
  const { syntax } = writing;
  // The opposite of a comparison holds of NULL.
  const orNull = (sql: string): string => (field.nullable ? `(${sql} or ${column} is null)` : sql);
  switch (predicate.kind) {
    case 'null':
      return `${column} is ${negated ? 'not null' : 'null'}`;
    case 'compare': {
      const value = writing.value(field, predicate.value);
      if (!negated) return `${column} ${signs[predicate.operator]} ${value}`;
      return orNull(`${column} ${opposites[predicate.operator]} ${value}`);
    }
    case 'in': {
      const { encode } = codecOf(field.type, syntax.dialect);
      const list = writing.parameter(predicate.values, encodeList(encode, syntax.encodeList));
      const isIn = syntax.isIn(predicate.byRow ? syntax.unindexed(column) : column, list, field.type);
      if (!negated) return predicate.orNull ? `(${isIn} or ${column} is null)` : isIn;
      return predicate.orNull ? `(not (${isIn}) and ${column} is not null)` : orNull(`not (${isIn})`);
    }
    case 'prefix': {
      const start = `${column} ${negated ? '<' : '>='} ${writing.value(field, predicate.value)}`;
      if (predicate.end === undefined) return negated ? orNull(start) : start;
      const end = `${column} ${negated ? '>=' : '<'} ${writing.value(field, predicate.end)}`;
      return negated ? orNull(`(${start} or ${end})`) : `(${start} and ${end})`;
    }
    case 'contains': {
      const contains = syntax.contains(column, writing.value(field, predicate.value));
      return negated ? orNull(`not (${contains})`) : contains;
    }
  }
}

type Encode = ((value: unknown) => unknown) | undefined;

function encodeList(each: Encode, whole: Encode): Encode {
  if (each === undefined) return whole && rememberingLists(whole);
  return rememberingLists((list) => {
    const encoded = Array.isArray(list) ? list.map((value) => each(value)) : [];
    return whole ? whole(encoded) : encoded;
  });
}

/** EXISTS, never a join: rows at the other end must not multiply those of this one. */
function relatedSql(
  writing: Writing,
  entity: EntitySchema,
  alias: string,
  predicate: RelatedPredicate,
  negated: boolean,
): string {
  const { quantifier, source, where } = predicate;
  const target = writing.catalog.get(source.entity);
  const { from, alias: other, on } = joinOf(writing, entity, alias, predicate.relation);
  const every = quantifier === 'every';
  const conditions = [on, ...sourceSql(writing, other, source)];
  // Every one of them is so: there is none that is not so.
  if (where !== undefined) conditions.push(predicateSql(writing, target, other, where, every));
  else if (every) conditions.push('1 = 0');
  const exists = `exists (select 1 from ${from} where ${conditions.join(' and ')}${predicate.byRow ? writing.syntax.byRow : ''})`;
  return every === negated ? exists : `not ${exists}`;
}
