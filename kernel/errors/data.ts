import { type Entry, entry, quoted, sentence } from './entry.ts';

/** The environment variable of a database's URL. */
const variableOf = (name: string): string =>
  `${name
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toUpperCase()}_DATABASE_URL`;

/** What can go wrong with databases, entities, requests, rows and seeds. */
export const dataErrors = {
  // --- data ----------------------------------------------------------------------------------------------
  ENTITY_INVALID: entry<{ entity: string; owner: string; reason: string }>(
    ({ entity, owner, reason }) => `Entity "${entity}" (extension "${owner}"): ${reason}`,
    422,
  ),
  ENTITY_UNKNOWN: entry<{ entity: string; suggestion: string }>(
    ({ entity, suggestion }) => `There is no entity "${entity}".${suggestion}`,
    404,
  ),
  ENTITY_EXTERNAL: entry<{ entity: string; capability: string }>(
    ({ entity, capability }) =>
      `The rows of "${entity}" lie behind the capability "${capability}", in no database. Use services.managers.of('${entity}').`,
  ),
  DATABASE_URL_INVALID: entry<{ name: string; reason: string }>(
    ({ name, reason }) =>
      `The URL of the database "${name}" is not valid: ${reason}. ` +
      'Give sqlite:PATH, sqlite::memory:, postgres://…, mysql://… or mssql://….',
    422,
  ),
  DATABASE_UNREACHABLE: entry<{ name: string; where: string; reason: string }>(
    ({ name, where, reason }) =>
      `The database "${name}" (${where}) cannot be reached: ${reason}. Is it running, and is its URL right?`,
    503,
    () => 'The database cannot be reached at the moment. Try again later.',
  ),
  DATABASE_UNKNOWN: entry<{ name: string; suggestion: string }>(
    ({ name, suggestion }) =>
      `There is no database "${name}".${suggestion} Set ${variableOf(name)} to its URL.`,
  ),
  DATABASE_BUSY: entry<{ name: string; where: string; timeout: number }>(
    ({ name, where, timeout }) =>
      `Another process has been writing to the database "${name}" (${where}) for more than ${timeout} ms. ` +
      'End what holds it, keep transactions short, or use a server where several processes write.',
    503,
    () => 'The database is busy at the moment. Try again later.',
  ),
  CONNECTIONS_EXHAUSTED: entry<{ name: string; used: number; most: number; timeout: number }>(
    ({ name, used, most, timeout }) =>
      `No connection of the database "${name}" was free within ${timeout} ms: ${used} of ${most} are in use. ` +
      'Keep transactions short, and await in them nothing that needs another connection; on a server, more are allowed by DATABASE_CONNECTIONS.',
    503,
    () => 'The database is busy at the moment. Try again later.',
  ),
  STATEMENT_TIMED_OUT: entry<{ name: string }>(
    ({ name }) =>
      `A statement of the database "${name}" took longer than it may, and was ended. Give it an index, ask for less, or raise STATEMENT_TIMEOUT.`,
    503,
    () => 'This takes the database too long. Ask for less, or try again later.',
  ),
  TRANSACTION_CONFLICT: entry<{ name: string; reason: string }>(
    ({ name, reason }) =>
      `A transaction of the database "${name}" gave way to another: ${reason}. Nothing of it was kept, and the whole of it may be tried again, ` +
      'as transaction(work, { retries: 3 }) does.',
    503,
    () => 'Another change was in the way. Try again.',
  ),
  TRANSACTION_LOST: entry<{ name: string; reason: string }>(
    ({ name, reason }) =>
      `The connection of a transaction of the database "${name}" was lost: ${reason}. Nothing of it was kept, and the whole of it may be tried again, ` +
      'as transaction(work, { retries: 3 }) does.',
    503,
    () => 'The database cannot be reached at the moment. Nothing was changed. Try again later.',
  ),
  OUTCOME_UNKNOWN: entry<{ name: string; reason: string }>(
    ({ name, reason }) =>
      `The connection to the database "${name}" was lost while it was changing something: ${reason}. ` +
      'Nobody knows whether that took effect. Read what is there now before you repeat it.',
    503,
    () =>
      'The connection to the database was lost, and the change may have been made or not. Look before you try again.',
  ),
  TRANSACTION_STUCK: entry<{ name: string; timeout: number }>(
    ({ name, timeout }) =>
      `Something in a transaction of the database "${name}" waits for a transaction inside of it to end, in which nothing has happened for ${timeout} ms. ` +
      'Do they wait for each other? Await statements of the outer transaction before the inner one, or begin them within it.',
  ),
  AFTER_COMMIT_FAILED: entry<{ name: string; reasons: readonly string[] }>(
    ({ name, reasons }) =>
      `A transaction of the database "${name}" is committed, and what was to follow it failed: ${reasons.join('; ')}. Do not repeat the transaction.`,
  ),
  TRANSACTION_ENDED: entry<{ name: string }>(
    ({ name }) =>
      `A transaction (or session) of the database "${name}" has ended, and something that it began still uses it. Await it inside, or begin it outside.`,
  ),
  TRANSACTION_ABORTED: entry<{ name: string }>(
    ({ name }) =>
      `A statement of this transaction (database "${name}") failed, and PostgreSQL undid all of it, though the error was caught. ` +
      'Catch errors outside of the transaction, or put the statement into a transaction of its own inside.',
  ),
  UNDEFINED_THROWN: entry<Record<never, never>>(
    () =>
      'The work of a transaction threw undefined, and nothing of it was kept. Throw an Error that says why.',
  ),
  DATABASE_CLOSED: entry<{ name: string }>(
    ({ name }) => `The database "${name}" is closed already. Keep what uses it from outliving it.`,
  ),

  DATABASE_OUTDATED: entry<{ name: string; what: string }>(
    ({ name, what }) =>
      `The database "${name}" has no ${what}, which an entity needs: the migration that adds it was not made, or did not run. ` +
      'Run "backplane db make", then "backplane db migrate".',
  ),

  // --- plan ----------------------------------------------------------------------------------------------
  QUERY_INVALID: entry<{ entity: string; path: string; reason: string }>(
    ({ entity, path, reason }) => `${path} (of "${entity}"): ${reason}`,
    400,
    'shown',
  ),
  QUERY_FORBIDDEN: entry<{ entity: string; path: string; field: string }>(
    ({ entity, path, field }) =>
      `${path} (of "${entity}"): "${field}" may not be read, so nobody may ask for it, filter or sort by it.`,
    403,
    'shown',
  ),
  ROW_RULE_INVALID: entry<{ entity: string; reason: string }>(
    ({ entity, reason }) => `The row rule of "${entity}" is no valid filter: ${reason}`,
  ),

  // --- repository ----------------------------------------------------------------------------------------
  FIELD_UNKNOWN: entry<{ entity: string; field: string; suggestion: string }>(
    ({ entity, field, suggestion }) => `"${entity}" has no field "${field}".${suggestion}`,
    422,
  ),
  RELATION_UNKNOWN: entry<{ entity: string; relation: string; suggestion: string }>(
    ({ entity, relation, suggestion }) => `"${entity}" has no relation "${relation}".${suggestion}`,
    422,
  ),
  RELATION_NOT_LOADED: entry<{ entity: string; relation: string }>(
    ({ entity, relation }) =>
      `The relation "${relation}" of this "${entity}" was not loaded. Add .with('${relation}') to the query that finds the row.`,
  ),
  RELATION_ACROSS_DATABASES: entry<{ entity: string; relation: string; target: string }>(
    ({ entity, relation, target }) =>
      `The relation "${relation}" of "${entity}" leads to "${target}" in another database, which no statement can join. Query "${target}" by its key instead.`,
  ),
  ROW_INVALID: entry<{ entity: string; faults: readonly { pointer: string; message: string }[] }>(
    ({ entity, faults }) =>
      faults.length === 1
        ? `This is no row of "${entity}": ${sentence(faults[0]?.message)}`
        : `This is no row of "${entity}":\n${faults.map(({ message }) => `  - ${message}`).join('\n')}`,
    422,
    ({ entity, faults }) =>
      faults.length === 1
        ? `This is no row of "${entity}": ${sentence(faults[0]?.message)}`
        : `This is no row of "${entity}"; "faults" lists why.`,
  ),
  ROW_NOT_FOUND: entry<{ entity: string; id?: string }>(
    ({ entity, id }) =>
      id === undefined
        ? `No "${entity}" meets these conditions.`
        : `There is no "${entity}" with the id "${id}".`,
    404,
    'shown',
  ),
  ROW_DUPLICATE: entry<{ entity: string; fields: readonly string[] }>(
    ({ entity, fields }) =>
      `There is a "${entity}" with the same ${quoted(fields)} already. Change ${fields.length === 1 ? 'it' : 'one of them'}, or update the row that is there.`,
    409,
    'shown',
  ),
  ROW_REFERENCED: entry<{ entity: string; by: readonly { entity: string; field: string }[] }>(
    ({ entity, by }) =>
      `This "${entity}" cannot be deleted: ${by.length === 0 ? 'other rows belong' : by.map((one) => `rows of "${one.entity}" belong (${one.field})`).join(', ')} to it. Delete those first, or give the relation an "onDelete".`,
    409,
    'shown',
  ),
  ROW_CASCADE_DEEP: entry<{ entity: string }>(
    ({ entity }) =>
      `This "${entity}" cannot be deleted: the rows that are deleted with it belong to each other over more than 15 levels, which MariaDB does not follow. Delete those at the far end first.`,
    409,
  ),
  ROW_REFERENCE_MISSING: entry<{ entity: string; fields: readonly string[] }>(
    ({ entity, fields }) =>
      `${fields.length === 0 ? 'A key' : quoted(fields)} of this "${entity}" names a row that is not there. Create that row first.`,
    422,
    'shown',
  ),
  ROW_CHANGED: entry<{ entity: string; id: string }>(
    ({ entity, id }) =>
      `The "${entity}" with the id "${id}" was changed by somebody else meanwhile. Read it again, and repeat the change on what it is now.`,
    409,
    'shown',
  ),
  QUERY_IMPOSSIBLE: entry<{ entity: string; reason: string }>(
    ({ entity, reason }) => `This query of "${entity}" cannot be run: ${reason}`,
    422,
  ),
  CURSOR_INVALID: entry<{ reason: string }>(
    ({ reason }) => `The cursor cannot be used: ${reason}. Begin again without one.`,
    400,
    'shown',
  ),
  FACTORY_VALUE: entry<{ entity: string; field: string }>(
    ({ entity, field }) =>
      `What a "${field}" of "${entity}" looks like cannot be told from its schema. Give the entity an "example" that sets it, or the factory a state.`,
    422,
  ),
  FACTORY_CYCLE: entry<{ path: readonly string[] }>(
    ({ path }) =>
      `Rows need each other to be made: ${path.join(' → ')}. Give the factory one of them with .for(…), or make one relation optional.`,
    422,
  ),
  SEED_INVALID: entry<{ seed: string; reason: string }>(
    ({ seed, reason }) => `The seed "${seed}" cannot be run: ${reason}.`,
    422,
  ),
  SEED_UNKNOWN: entry<{ seed: string; needed: string; suggestion: string }>(
    ({ seed, needed, suggestion }) =>
      `The seed "${seed}" depends on "${needed}", which nobody defines.${suggestion}`,
    422,
  ),
  SEED_CYCLE: entry<{ path: readonly string[] }>(
    ({ path }) => `Seeds depend on each other in a circle: ${path.join(' → ')}. Remove one "dependsOn".`,
    422,
  ),
  SEED_FAILED: entry<{ seed: string; reason: string }>(
    ({ seed, reason }) => `The seed "${seed}" failed, and nothing of it was kept: ${reason}`,
  ),
} satisfies Record<string, Entry<never>>;
