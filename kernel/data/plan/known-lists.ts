import type { Field } from '../entity/field.ts';
import type { Comparable } from './value.ts';

/** Values of a list from which on keeping it is worth more than it costs. */
const worthKeeping = 8;

interface KnownList {
  readonly field: Field;
  /** The list as it was: nobody promises that it stays the same. */
  readonly given: readonly unknown[];
  readonly values: readonly Comparable[];
}

const known = new WeakMap<readonly unknown[], KnownList>();

/** The values of a list that was read before for the same field. Row rules come with the same list in every request. */
export function knownValues(field: Field, list: readonly unknown[]): readonly Comparable[] | undefined {
  if (list.length < worthKeeping) return undefined;
  const found = known.get(list);
  if (found === undefined || found.field !== field || found.given.length !== list.length) return undefined;
  return found.given.every((value, index) => value === list[index]) ? found.values : undefined;
}

/** @param values that the list was found to hold, none of them NULL */
export function keepValues(field: Field, list: readonly unknown[], values: readonly Comparable[]): void {
  if (list.length >= worthKeeping) known.set(list, { field, given: [...list], values });
}

type Encode = (list: unknown) => unknown;

/** The same encoding, which remembers what became of long lists. Those that plans hold never change. */
export function rememberingLists(encode: Encode): Encode {
  const encoded = new WeakMap<readonly unknown[], unknown>();
  return (list) => {
    if (!Array.isArray(list) || list.length < worthKeeping) return encode(list);
    const found = encoded.get(list);
    if (found !== undefined) return found;
    const made = encode(list);
    encoded.set(list, made);
    return made;
  };
}
