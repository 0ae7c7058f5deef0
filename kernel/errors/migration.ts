import { type Entry, entry, quoted } from './entry.ts';

/** What can go wrong with migrations. */
export const migrationErrors = {
  // --- migrations ----------------------------------------------------------------------------------------
  MIGRATION_INVALID: entry<{ file: string; reason: string }>(
    ({ file, reason }) => `The migration ${file} cannot be used: ${reason}`,
    422,
  ),
  MIGRATION_CONFLICT: entry<{ extension: string; files: readonly [string, string]; free: string }>(
    ({ extension, files: [first, second], free }) =>
      `Two migrations of "${extension}" have the same number, so that nothing says which comes first: ${first} and ${second}. ` +
      `Rename the one that was applied nowhere yet, so that it begins with "${free}_".`,
    409,
  ),
  MIGRATION_UNKNOWN: entry<{ key: string; file: string; needed: string; suggestion: string }>(
    ({ key, file, needed, suggestion }) =>
      `The migration "${key}" names "${needed}", which is not there (${file}).${suggestion} ` +
      'Keys are "<extension>/<number>_<name>", as "auth/0001_initial"; is that extension installed?',
    422,
  ),
  MIGRATION_CYCLE: entry<{ path: readonly string[] }>(
    ({ path }) =>
      `Migrations wait for each other: ${path.join(' → ')}. ` +
      'Move what one of them needs from the other, a foreign key as a rule, to a later migration.',
    422,
  ),
  MIGRATION_LATE: entry<{ key: string; file: string; applied: string }>(
    ({ key, file, applied }) =>
      `The migration "${key}" must come before "${applied}", which was applied already. ` +
      `Give ${file} a higher number than all others of its extension, or take what puts it first out of it.`,
    409,
  ),
  MIGRATION_REPLACED_GONE: entry<{
    key: string;
    file: string;
    applied: readonly string[];
    lost: readonly string[];
  }>(
    ({ key, file, applied, lost }) =>
      `The migration "${key}" replaces some that were applied here (${applied.join(', ')}) and some that were not and whose files are gone (${lost.join(', ')}). ` +
      `Bring those files back beside ${file}, migrate, and then remove them.`,
    409,
  ),
  MIGRATION_STEP_INVALID: entry<{ key: string; step: string; reason: string }>(
    ({ key, step, reason }) => `The migration "${key}" cannot ${step}: ${reason}`,
    422,
  ),
  MIGRATION_NOT_FOUND: entry<{ key: string; suggestion: string }>(
    ({ key, suggestion }) =>
      `There is no migration "${key}" to do that with.${suggestion} "status" lists them all.`,
    404,
  ),
  MIGRATION_CHANGED: entry<{ key: string; file: string }>(
    ({ key, file }) =>
      `The migration "${key}" was applied, and ${file} was edited since. ` +
      'Restore the file as it was, and write what shall change as a new migration.',
    409,
  ),
  MIGRATION_BEGUN_CHANGED: entry<{ key: string; file: string; step: number }>(
    ({ key, file, step }) =>
      `The migration "${key}" was begun and stopped, and step ${step} of ${file}, which was run at least in part, was edited since. ` +
      'Restore that step as it was; only steps that were not begun may change.',
    409,
  ),
  MIGRATION_DESTRUCTIVE: entry<{ steps: readonly string[] }>(
    ({ steps }) =>
      `This would destroy data:\n${steps.map((one) => `  - ${one}`).join('\n')}\n` +
      'Look at it with --dry-run, back up what is needed, and run it again with --allow-destructive.',
    409,
  ),
  MIGRATION_VALUE_MISSING: entry<{ key: string; table: string; column: string }>(
    ({ key, table, column }) =>
      `The migration "${key}" adds "${column}" to "${table}", which has rows, and nothing says what its value is in them. ` +
      'Give it a default; or make it nullable; or add it nullable, fill it with run(…), and make it required by alterColumn after that.',
    409,
  ),
  MIGRATION_ROWS_UNFIT: entry<{ key: string; table: string; column: string; limit: string; rows: number }>(
    ({ key, table, column, limit, rows }) =>
      `The migration "${key}" cannot alter "${column}" of "${table}", and has left it as it was: every value must be ${limit}, and ${rows} ${rows === 1 ? 'row has another' : 'rows have others'}. ` +
      'Shorten, fill or delete them, by run(…) or sql(…) before that step, and run it again.',
    409,
  ),
  MIGRATION_FAILED: entry<{
    key: string;
    file: string;
    step: number;
    title: string;
    reason: string;
    state: string;
  }>(
    ({ key, file, step, title, reason, state }) =>
      `The migration "${key}" failed at step ${step} (${title}): ${reason}. ${state} Mend it in ${file} and run it again.`,
  ),
  MIGRATION_INTERRUPTED: entry<{ key: string; file: string; step: number; title: string; sql: string }>(
    ({ key, file, step, title, sql }) =>
      `The migration "${key}" (${file}) was interrupted at step ${step} (${title}), and nothing shows whether this statement took effect:\n  ${sql}\n` +
      `Look at the database. Then say "done" if it did, or "again" if it did not: backplane db resolve ${key} done`,
    409,
  ),
  MIGRATION_IRREVERSIBLE: entry<{ key: string; reason: string }>(
    ({ key, reason }) => `The migration "${key}" cannot be undone. ${reason} Nothing was changed.`,
    409,
  ),
  MIGRATION_LOCKED: entry<{ database: string; holder: string; timeout: number }>(
    ({ database, holder, timeout }) =>
      `The database "${database}" is being migrated by another (${holder}), which did not end within ${timeout} ms. ` +
      'Wait for it or end it, and try again.',
    409,
  ),
  MIGRATION_LOCK_LOST: entry<{ database: string }>(
    ({ database }) =>
      `Another process has begun to migrate the database "${database}", since this one did not renew its lease in time. ` +
      'Nothing of the step that was running was kept; run it again.',
    409,
  ),
  MIGRATION_DRIFT: entry<{
    key: string;
    table: string;
    unknown: readonly string[];
    missing: readonly string[];
  }>(
    ({ key, table, unknown, missing }) =>
      `The migration "${key}" must make the table "${table}" anew, which is not as its migrations left it` +
      `${unknown.length > 0 ? `; unknown to them: ${quoted(unknown)}` : ''}${missing.length > 0 ? `; missing: ${quoted(missing)}` : ''}. ` +
      'Bring both together first: change the table by hand, or write sql(…, { changes: […] }) that says what was done.',
    409,
  ),
  MIGRATION_DATA_LOST: entry<{ key: string; reason: string }>(
    ({ key, reason }) =>
      `The migration "${key}" was stopped and undone, because data would be lost: ${reason}. ` +
      'Delete or mend those rows first, in a migration of their own.',
    409,
  ),
  MIGRATION_UNDECIDED: entry<{ extension: string; faults: readonly string[] }>(
    ({ extension, faults }) =>
      `The migration of "${extension}" cannot be made before this is decided:\n${faults.map((one) => `  - ${one}`).join('\n')}`,
    422,
  ),
  PURGE_INTERRUPTED: entry<{ extension: string; key: string }>(
    ({ extension, key }) =>
      `The data of "${extension}" cannot be purged, since its migration "${key}" was interrupted. Finish that first: run "migrate".`,
    409,
  ),
  PURGE_REFUSED: entry<{ extension: string; dependents: readonly string[] }>(
    ({ extension, dependents }) =>
      `The data of "${extension}" cannot be purged, since others build on it: ${dependents.join('; ')}. Purge those first.`,
    409,
  ),

  MIGRATIONS_PENDING: entry<{ extension: string; keys: readonly string[] }>(
    ({ extension, keys }) =>
      `"${extension}" has ${keys.length === 1 ? 'a migration' : 'migrations'} that did not run: ${quoted(keys)}. Run "backplane db migrate"${extension === 'kernel' ? '' : ', then reload the extension'}.`,
    409,
  ),
  MIGRATION_HELD: entry<{ extension: string; held: readonly { key: string; reason: string }[] }>(
    ({ extension, held }) =>
      `"${extension}" has migrations that do not run while it serves: ${held.map(({ key, reason }) => `${key} ${reason}`).join('; ')}. ` +
      'Look at "backplane db migrate --dry-run", run "backplane db migrate", then reload the extension.',
    409,
  ),
} satisfies Record<string, Entry<never>>;
