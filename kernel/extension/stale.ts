import { isDeepStrictEqual } from 'node:util';
import type { Sources } from '../settings/index.ts';
import type { Generation } from './generation.ts';
import { settingsOf } from './own-files.ts';

/** Would this generation get other settings, or none that are valid, if it were loaded now? */
export function hasStaleSettings({ name, modules, settings }: Generation, sources: Sources): boolean {
  try {
    const now = settingsOf(name, modules, sources);
    return !('value' in now) || !isDeepStrictEqual(now.value, settings);
  } catch {
    // The attempt to load it tells what is wrong with them.
    return true;
  }
}
