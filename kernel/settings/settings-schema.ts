import type { Static, TObject } from 'typebox';
import { BackplaneError } from '../errors.ts';
import { compileValidator, type Validator } from '../schema/index.ts';
import { isGroup, type JsonSchema, read } from './json-schema.ts';
import { variableName } from './variable-name.ts';

/** One setting: a leaf of the schema. */
export interface SettingField {
  /** Keys that lead to it: `['server', 'port']`. */
  readonly path: readonly string[];
  readonly schema: JsonSchema;
  /** Must somebody give it a value? */
  readonly required: boolean;
}

/** The environment variable that sets a field. @param prefix what the variables of its owner start with */
export function variableOf(prefix: string, { path, schema }: SettingField): string {
  return schema.variable ?? variableName(prefix, path);
}

const kind = Symbol.for('backplane.settings');

/** The settings of the kernel or of an extension, as {@link defineSettings} makes it. */
export class SettingsSchema<Schema extends TObject = TObject> {
  readonly [kind] = true;
  readonly schema: Schema;
  readonly fields: readonly SettingField[];
  #validate: Validator | undefined;

  /** @throws SETTINGS_AMBIGUOUS when two fields have one variable */
  constructor(schema: Schema) {
    this.schema = schema;
    this.fields = fieldsOf(read(schema), [], true);
    const byVariable = new Map<string, string>();
    for (const one of this.fields) {
      const variable = variableOf('', one);
      const field = one.path.join('.');
      const other = byVariable.get(variable);
      if (other !== undefined) {
        throw new BackplaneError('SETTINGS_AMBIGUOUS', { variable, fields: [other, field] });
      }
      byVariable.set(variable, field);
    }
  }

  /** Checks settings whose texts have been read already, and fills in defaults in place. */
  get validate(): Validator {
    // Texts become what the schema asks for in `parseText`; a type in a configuration file is meant as it stands.
    this.#validate ??= compileValidator(withoutHints(this.schema), { coerce: false });
    return this.#validate;
  }
}

/** The type of the settings of a schema: `SettingsOf<typeof config>`. */
export type SettingsOf<Settings extends SettingsSchema> =
  Settings extends SettingsSchema<infer Schema> ? Readonly<Static<Schema>> : never;

/**
 * Declares the settings of an extension, as the default export of its `config.ts`. Field names are camelCase; nested
 * objects group them. Fields that are neither optional nor have a default must be set before the extension runs.
 *
 * @throws SETTINGS_AMBIGUOUS when two fields have one variable
 *
 * @example
 * export default defineSettings(Type.Object({
 *   apiKey: Type.String({ secret: true, description: 'Key of the mail service' }),
 *   retries: Type.Integer({ default: 3, minimum: 0 }),
 * }));
 */
export function defineSettings<Schema extends TObject>(schema: Schema): SettingsSchema<Schema> {
  return new SettingsSchema(schema);
}

/** Was this made with {@link defineSettings}? */
export function isSettingsSchema(value: unknown): value is SettingsSchema {
  return value instanceof SettingsSchema;
}

function fieldsOf(schema: JsonSchema, above: readonly string[], needed: boolean): SettingField[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, below]) => {
    const path = [...above, key];
    const required = needed && (schema.required?.includes(key) ?? false);
    if (isGroup(below)) return fieldsOf(below, path, required);
    return { path, schema: below, required: required && below.default === undefined };
  });
}

/** Keywords whose values are no schemas. */
const data: ReadonlySet<string> = new Set(['default', 'const', 'enum', 'examples']);

/** Keywords that only say where a value comes from and how to read it. */
const hints: ReadonlySet<string> = new Set(['unit', 'separator', 'variable']);

/** The schema without the keywords that only say how to read a text, which a strict validator does not know. */
function withoutHints<Schema extends object>(schema: Schema): Schema {
  const copy: object = Array.isArray(schema) ? [...schema] : { ...schema };
  for (const [key, value] of Object.entries(copy)) {
    if (hints.has(key) && typeof value === 'string') Reflect.deleteProperty(copy, key);
    else if (!data.has(key) && typeof value === 'object' && value !== null) {
      Reflect.set(copy, key, withoutHints(value));
    }
  }
  // It has every keyword but some that no type of schema asks for.
  return copy as Schema;
}
