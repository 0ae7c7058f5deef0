import { isBackplaneError } from '../../../errors.ts';
import { type MakeOptions, makeMigrations } from './make.ts';

/**
 * What keeps the tables of an extension from being what its entities say: `add column "body" to "blog_posts"`. Where
 * people must decide before a migration can be made, what they have to decide. Parts of a sentence, without its full stop.
 */
export function differencesOf(options: Omit<MakeOptions, 'renames' | 'slug'>): readonly string[] {
  try {
    return makeMigrations(options).flatMap(({ steps }) => steps.map(({ title }) => title));
  } catch (error) {
    if (!isBackplaneError(error) || error.code !== 'MIGRATION_UNDECIDED') throw error;
    return 'faults' in error.details
      ? error.details.faults.map((fault) => String(fault).replace(/\.$/, ''))
      : [];
  }
}
