import { BackplaneError } from '../../errors.ts';
import type { EntityModel } from '../model/entity-model.ts';
import { pluckField, rowExists } from '../query/run.ts';
import { type Clause, emptyState, type QueryState } from '../query/state.ts';
import { outdatedErrorOf } from '../table/outdated.ts';
import { tablesOf } from '../table/table.ts';
import { fieldFault } from './row-fault.ts';
import { type Violation, violationOf } from './violation.ts';

/** What a statement was about, for those databases that do not say which row was in the way. */
export type Attempt =
  | { readonly kind: 'write'; readonly rows: readonly Readonly<Record<string, unknown>>[] }
  | { readonly kind: 'delete'; readonly ids: () => Promise<readonly unknown[]> };

/**
 * The error of the catalogue for a rule of a table that was broken; any other error as it is.
 */
export async function rowErrorOf(model: EntityModel, error: unknown, attempt: Attempt): Promise<unknown> {
  const violation = violationOf(error, model.database.dialect);
  if (violation === undefined) return outdatedErrorOf(error, model.database);
  const { name: entity } = model.schema;
  const options = { cause: error };
  switch (violation.kind) {
    case 'unique':
      return new BackplaneError('ROW_DUPLICATE', { entity, fields: fieldsOf(model, violation) }, options);
    case 'null': {
      const faults = [fieldFault(fieldOf(model, violation.column), 'must not be null')];
      return new BackplaneError('ROW_INVALID', { entity, faults }, options);
    }
    case 'depth':
      return new BackplaneError('ROW_CASCADE_DEEP', { entity }, options);
    case 'value':
      return new BackplaneError(
        'ROW_INVALID',
        { entity, faults: [{ pointer: '', message: violation.reason }] },
        options,
      );
    case 'reference':
      if (attempt.kind === 'delete') {
        const by = await referencesTo(model, violation.constraint, attempt.ids);
        return new BackplaneError('ROW_REFERENCED', { entity, by }, options);
      }
      return new BackplaneError(
        'ROW_REFERENCE_MISSING',
        { entity, fields: await missingKeys(model, violation.constraint, attempt.rows) },
        options,
      );
  }
}

function fieldsOf(model: EntityModel, violation: Violation & { readonly kind: 'unique' }): readonly string[] {
  const { table } = model.schema;
  const index = tablesOf(model.catalog)
    .find(({ name }) => name === table)
    ?.indexes.find(({ name }) => name === violation.index);
  const columns = violation.columns.length > 0 ? violation.columns : (index?.columns ?? ['id']);
  return columns.map((column) => fieldOf(model, column));
}

function fieldOf(model: EntityModel, column: string | undefined): string {
  return model.codecs.find(({ field }) => field.column === column)?.field.name ?? column ?? 'a field';
}

/** The keys that lead nowhere. */
async function missingKeys(
  model: EntityModel,
  constraint: string | undefined,
  rows: readonly Readonly<Record<string, unknown>>[],
): Promise<readonly string[]> {
  const { table, fields } = model.schema;
  if (constraint !== undefined) {
    const key = keysOf(model).find(({ name, from }) => name === constraint && from === table);
    return key ? [fieldOf(model, key.column)] : [];
  }
  const missing: string[] = [];
  for (const { name, references } of fields.values()) {
    if (references === undefined) continue;
    const values = new Set(
      rows.flatMap(({ [name]: id }) => (typeof id === 'string' ? [id.toLowerCase()] : [])),
    );
    const target = model.modelOf(references.entity);
    const state: QueryState = { ...emptyState, deleted: 'with', clauses: [anyOf('id', [...values])] };
    const found = values.size === 0 ? [] : await pluckField(target, state, 'id');
    if (found.length < values.size) missing.push(name);
  }
  return missing;
}

/** Which rows still belong to these. */
async function referencesTo(
  model: EntityModel,
  constraint: string | undefined,
  ids: () => Promise<readonly unknown[]>,
): Promise<readonly { readonly entity: string; readonly field: string }[]> {
  const key = keysOf(model).find(({ name }) => name === constraint);
  const given = key ? [] : await ids();
  const found: { entity: string; field: string }[] = [];
  for (const { name: entity, table, fields } of model.catalog.all) {
    for (const { name: field, column, references } of fields.values()) {
      if (references?.entity !== model.schema.name) continue;
      const isIt = key
        ? key.from === table && key.column === column
        : references.onDelete === 'restrict' &&
          (await rowExists(model.modelOf(entity), {
            ...emptyState,
            deleted: 'with',
            clauses: [anyOf(field, given)],
          }));
      if (isIt) found.push({ entity, field });
    }
  }
  return found;
}

function anyOf(field: string, values: readonly unknown[]): Clause {
  return { or: false, not: false, condition: { kind: 'in', field, values } };
}

function keysOf({ catalog }: EntityModel) {
  return tablesOf(catalog).flatMap(({ name: from, foreignKeys }) =>
    foreignKeys.map(({ name, column }) => ({ name, column, from })),
  );
}
