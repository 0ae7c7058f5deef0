import type { Dialect } from '../database/dialect.ts';

/** What makes the character after it stand for itself in the SQL: a backslash would mean more or less by dialect and mode. */
export const likeEscape = '!';

/** Characters of a pattern, or of a text that becomes one: SQLite takes 50,000 bytes, escapes included. */
export const longestPattern = 10_000;

/**
 * A pattern as the database takes it.
 * @param pattern `%` stands for any text, `_` for any character; a backslash before one makes it stand for itself
 */
export function likePattern(pattern: string, dialect: Dialect): string {
  return pattern.replaceAll(/\\([\s\S])|[![]/g, (found: string, escaped: string | undefined) => {
    const character = escaped ?? found;
    const isSpecial = '%_!'.includes(character) || (character === '[' && dialect === 'mssql');
    return isSpecial ? likeEscape + character : character;
  });
}
