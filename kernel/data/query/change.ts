import type { EntityModel } from '../model/entity-model.ts';
import { objection } from '../model/objection.ts';
import { checkChanges, type Input } from '../write/input.ts';
import { rowErrorOf } from '../write/row-error.ts';
import { removeTogether, selfReferences } from '../write/self-references.ts';
import { violationOf } from '../write/violation.ts';
import { applyFilter } from './filter.ts';
import { isInlined } from './one-of.ts';
import { queryInvalid, rootOf } from './place.ts';
import { pluckField } from './run.ts';
import type { Builder, Clause, QueryState } from './state.ts';

/** Rows that are looked at to say why they cannot be deleted. */
const examined = 1000;

/**
 * Changes all rows that a query finds.
 *
 * @returns how many
 * @throws ROW_INVALID, ROW_DUPLICATE, ROW_REFERENCE_MISSING, QUERY_IMPOSSIBLE
 */
export async function updateRows(model: EntityModel, state: QueryState, input: Input): Promise<number> {
  assertUnlimited(model, state, 'update');
  const changes = checkChanges(model, input);
  return Object.keys(changes).length === 0 ? 0 : patchRows(model, state, changes);
}

/** The same, for changes that were checked already. */
export async function patchRows(model: EntityModel, state: QueryState, changes: Input): Promise<number> {
  try {
    return await filtered(model, state).patch(withTime(model, changes));
  } catch (error) {
    throw await rowErrorOf(model, error, { kind: 'write', rows: [changes] });
  }
}

/**
 * Deletes all rows that a query finds, or marks them where the entity says so.
 *
 * @throws ROW_REFERENCED, QUERY_IMPOSSIBLE
 */
export async function deleteRows(model: EntityModel, state: QueryState): Promise<number> {
  if (!model.schema.softDelete) return removeRows(model, state);
  assertUnlimited(model, state, 'delete');
  // Those that are marked already keep the time at which they were.
  const deletedAt = new Date(model.now()).toISOString();
  return patchRows(model, { ...state, deleted: 'without' }, { deletedAt });
}

/** Deletes all rows that a query finds, for good. */
export async function removeRows(model: EntityModel, state: QueryState): Promise<number> {
  assertUnlimited(model, state, 'delete');
  const selfKeys = selfReferences(model);
  try {
    return await filtered(model, state)
      .delete()
      .catch(async (error: unknown) => {
        if (selfKeys.length === 0 || violationOf(error, model.database.dialect)?.kind !== 'reference')
          throw error;
        const ids = await pluckField(model, state, 'id');
        return removeTogether(model, ids.map(String), selfKeys);
      });
  } catch (error) {
    const ids = () => pluckField(model, { ...state, limit: examined }, 'id');
    throw await rowErrorOf(model, error, { kind: 'delete', ids });
  }
}

/** A builder of no operation yet, on the rows that a query finds. */
export function filtered(model: EntityModel, state: QueryState): Builder {
  const builder: Builder = model.class.query(model.database.knex);
  const place = rootOf(model, isInlined(model.database));
  if (model.database.dialect === 'mysql' && asksRelations(state.clauses)) {
    // MySQL takes no subquery there that looks at the table which is changed; one that has found the rows already it takes.
    const found: Builder = model.class.query(model.database.knex).select(`${place.alias}.id`);
    applyFilter(found, place, state);
    builder.whereIn(`${place.alias}.id`, found);
  } else applyFilter(builder, place, state);
  return builder;
}

function asksRelations(clauses: readonly Clause[]): boolean {
  return clauses.some(
    ({ condition }) =>
      condition.kind === 'has' || (condition.kind === 'group' && asksRelations(condition.clauses)),
  );
}

/**
 * Changes with the time of the change. It grows with every change, even when the clock does not: who asks whether a row
 * has changed since relies on it.
 */
export function withTime(model: EntityModel, changes: Input): Record<string, unknown> {
  const updated = model.schema.fields.get('updatedAt');
  if (!model.schema.timestamps || updated === undefined) return { ...changes };
  const { column } = updated;
  const now = String(model.codec('updatedAt').encode(new Date(model.now()).toISOString()));
  const { sql, cast } = millisecondLater[model.database.dialect];
  const later = objection().raw(
    `case when ?? < ${cast} then ${cast} else ${sql} end`,
    column,
    now,
    now,
    column,
  );
  return { ...changes, updatedAt: later };
}

const millisecondLater = {
  sqlite: { sql: `strftime('%Y-%m-%dT%H:%M:%fZ', ??, '+0.001 seconds')`, cast: '?' },
  postgres: { sql: `?? + interval '1 millisecond'`, cast: 'cast(? as timestamptz)' },
  mysql: { sql: 'date_add(??, interval 1000 microsecond)', cast: 'cast(? as datetime(3))' },
  mssql: { sql: 'dateadd(millisecond, 1, ??)', cast: 'cast(? as datetime2(3))' },
} as const;

function assertUnlimited(model: EntityModel, { limit, offset }: QueryState, what: string): void {
  if (limit === undefined && offset === undefined) return;
  throw queryInvalid(model, `"${what}" takes all rows that meet the conditions; leave limits out.`);
}
