import { createRequire } from 'node:module';
import type FastJsonStringify from 'fast-json-stringify';
import { shareByContent, type TSchema } from '../schema/index.ts';

export type Serialiser = (value: unknown) => string;

const load = createRequire(import.meta.url);

/**
 * Compiles a response schema into a function that writes JSON faster than `JSON.stringify` and leaves out what the
 * schema does not name. The function throws when a value cannot be made to fit. Equal schemas share one.
 */
export const compileSerialiser: (schema: TSchema) => Serialiser = shareByContent((schema) => {
  // Loaded by the first route that has a response schema: a start must not pay for it.
  const build: typeof FastJsonStringify = load('fast-json-stringify');
  return build(schema);
});
