import type { EntityModel } from '../model/entity-model.ts';
import type { FieldCodec } from '../model/field-codec.ts';
import { kindFault } from '../value/column-value.ts';
import { shown } from '../value/shown.ts';
import { textFault } from '../value/text.ts';
import { likeEscape, likePattern, longestPattern } from './like-pattern.ts';
import { type Parameter, whereOneOf } from './one-of.ts';
import { type Place, queryInvalid, valueInvalid } from './place.ts';
import type { Builder, Clause, Condition, QueryState } from './state.ts';

/** Adds everything that rows must meet, with what the query does about deleted ones. */
export function applyFilter(builder: Builder, place: Place, { clauses, deleted }: QueryState): void {
  // As one group, so that an `or` inside it does not reach what is added besides.
  if (clauses.some(({ or }) => or)) builder.where((group) => addClauses(group, place, clauses));
  else addClauses(builder, place, clauses);
  if (!place.model.schema.softDelete || deleted === 'with') return;
  const column = `${place.alias}.deleted_at`;
  if (deleted === 'only') builder.whereNotNull(column);
  else builder.whereNull(column);
}

function addClauses(builder: Builder, place: Place, clauses: readonly Clause[]): void {
  for (const { or, not, condition } of clauses) {
    const add = (group: Builder): void => addCondition(group, place, condition);
    if (not && or) builder.orWhereNot(add);
    else if (not) builder.whereNot(add);
    else if (or) builder.orWhere(add);
    else add(builder);
  }
}

function addCondition(builder: Builder, place: Place, condition: Condition): void {
  switch (condition.kind) {
    case 'group':
      builder.where((group) => addClauses(group, place, condition.clauses));
      return;
    case 'has':
      builder.whereExists(relatedRows(place, condition.relation, condition.state).select(one(place)));
      return;
    default:
      addComparison(builder, place, condition);
  }
}

type Comparison = Exclude<Condition, { readonly kind: 'group' | 'has' }>;

function addComparison(builder: Builder, { model, alias, inlined }: Place, condition: Comparison): void {
  const codec = model.codec(condition.field);
  const { field } = codec;
  const column = `${alias}.${field.column}`;
  if (condition.kind === 'null') {
    builder.whereNull(column);
    return;
  }
  if (field.type.kind === 'json' || field.type.kind === 'vector') {
    throw queryInvalid(model, `"${field.name}" holds ${field.type.kind}, which cannot be compared.`);
  }
  switch (condition.kind) {
    case 'compare':
      builder.where(column, condition.operator, parameter(model, codec, condition.value));
      return;
    case 'in':
      whereOneOf(
        builder,
        model.database,
        { column, type: field.type },
        condition.values.map((value) => parameter(model, codec, value)),
        inlined,
      );
      return;
    case 'like':
      if (field.type.kind !== 'string' && field.type.kind !== 'text') {
        throw queryInvalid(model, `"${field.name}" holds no text that could be like a pattern.`);
      }
      if (typeof condition.pattern !== 'string') {
        throw queryInvalid(model, `a pattern must be text, not ${shown(condition.pattern)}.`);
      }
      checkPattern(model, field.name, condition.pattern);
      builder.whereRaw(`?? like ? escape '${likeEscape}'`, [
        column,
        likePattern(condition.pattern, model.database.dialect),
      ]);
      return;
    case 'between':
      builder.whereBetween(column, [
        parameter(model, codec, condition.low),
        parameter(model, codec, condition.high),
      ]);
  }
}

function checkPattern(model: EntityModel, field: string, pattern: string): void {
  const fault = textFault(pattern);
  if (fault !== undefined) throw valueInvalid(model, field, `is compared with a pattern that ${fault}`);
  if (pattern.length > longestPattern)
    throw valueInvalid(model, field, `is compared with a pattern of more than ${longestPattern} characters`);
}

function parameter(model: EntityModel, { field, encode }: FieldCodec, value: unknown): Parameter {
  if (value === null || value === undefined) {
    throw queryInvalid(model, `"${field.name}" must not be compared with ${value}.`);
  }
  const fault = kindFault(field.type, value);
  if (fault !== undefined) throw valueInvalid(model, field.name, fault);
  const encoded = encode(value);
  return typeof encoded === 'number' || typeof encoded === 'boolean' ? encoded : String(encoded);
}

/** The rows at the other end of a relation of the row that the enclosing query looks at. */
export function relatedRows(place: Place, name: string, state: QueryState): Builder {
  const { target } = place.model.relation(name);
  const alias = place.aliases.next();
  const builder: Builder = place.model.class.relatedQuery(name).alias(alias);
  applyFilter(builder, { ...place, model: target, alias }, state);
  return builder;
}

function one({ model }: Place) {
  return model.database.knex.raw('1');
}
