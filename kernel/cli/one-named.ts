import { BackplaneError } from '../errors.ts';

/** One extension of several. @throws EXTENSION_NOT_FOUND with the nearest name */
export function oneNamed<Found>(name: string, all: ReadonlyMap<string, Found>): Found {
  const found = all.get(name);
  if (found !== undefined) return found;
  throw new BackplaneError('EXTENSION_NOT_FOUND', { name, known: [...all.keys()] });
}
