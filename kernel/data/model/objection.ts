import { createRequire } from 'node:module';
import type * as Objection from 'objection';

const load = createRequire(import.meta.url);

/** Objection, loaded with the first query: whoever has none does not wait the 60 ms that it takes. */
export function objection(): typeof Objection {
  return load('objection');
}
