import { Ajv, type ErrorObject, type FormatDefinition, type Options } from 'ajv';
import addFormats from 'ajv-formats';
import type { TSchema } from 'typebox';
import { inWords } from '../data/value/in-words.ts';
import { shareByContent } from './share.ts';

/** One fault of a value: where (a JSON pointer, empty for the whole) and what is wrong with it. */
export interface SchemaFault {
  readonly pointer: string;
  readonly message: string;
}

export interface ValidatorOptions {
  /**
   * Turn strings into the number, boolean or array that the schema asks for. For what travels as text: path
   * parameters, query, headers, environment variables. Never for JSON bodies, where a type is meant.
   */
  readonly coerce: boolean;
}

/** Checks a value, fills in defaults in place (and coerces), and tells every fault; none: an empty list. */
export type Validator = (value: unknown) => readonly SchemaFault[];

const options: Options = {
  allErrors: true,
  useDefaults: true,
  strict: true,
  strictTypes: false,
  strictTuples: false,
  // Keywords of OpenAPI and of the kernel that say nothing about validity.
  keywords: ['example', 'xml', 'externalDocs', 'secret'],
};

/** Compiles the meta-schema once, and knows every format. */
const metaSchema = new Ajv(options);
addFormats.default(metaSchema);
const formats = metaSchema.formats as Record<string, FormatDefinition<string>>;

/**
 * Compiles a JSON schema into a validator. All faults are reported, not only the first. Equal schemas share one.
 *
 * @param schema JSON schema (draft 7, as Ajv 8 reads it), usually made with `Type` of TypeBox
 * @throws Error of Ajv when the schema itself is wrong
 */
export function compileValidator(schema: TSchema, { coerce }: ValidatorOptions): Validator {
  return compileShared({ schema, coerce });
}

const compileShared = shareByContent(compile);

function compile({ schema, coerce }: { readonly schema: TSchema } & ValidatorOptions): Validator {
  metaSchema.validateSchema(schema, true);
  // An instance each: Ajv keeps whatever it compiled for as long as it lives, and with it old generations.
  const ajv = new Ajv({
    ...options,
    formats,
    meta: false,
    validateSchema: false,
    coerceTypes: coerce ? 'array' : false,
  });
  const validate = ajv.compile(schema);
  return (value) => (validate(value) ? [] : (validate.errors ?? []).map(toFault));
}

function toFault({ instancePath, keyword, params, message }: ErrorObject): SchemaFault {
  if (keyword === 'required') {
    return {
      pointer: `${instancePath}/${escapePointer(String(params.missingProperty))}`,
      message: 'is required',
    };
  }
  if (keyword === 'additionalProperties') {
    return {
      pointer: `${instancePath}/${escapePointer(String(params.additionalProperty))}`,
      message: 'is not a known property',
    };
  }
  if (keyword === 'enum') {
    return { pointer: instancePath, message: `must be one of ${JSON.stringify(params.allowedValues)}` };
  }
  return { pointer: instancePath, message: inWords(keyword, params) ?? message ?? `fails "${keyword}"` };
}

/** A key as one part of a JSON pointer (RFC 6901). */
function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
