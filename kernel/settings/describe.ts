import { expectation } from './expectation.ts';
import { holdsSecret } from './mask.ts';
import { type SettingsSchema, variableOf } from './settings-schema.ts';

/** One setting as documents and listings show it. */
export interface SettingDescription {
  /** `server.port` */
  readonly field: string;
  /** The environment variable that sets it. */
  readonly variable: string;
  /** What it must be, in words. */
  readonly type: string;
  readonly default: unknown;
  /** Must somebody give it a value? */
  readonly required: boolean;
  readonly secret: boolean;
  readonly description: string | undefined;
}

/** Lists the settings of a schema in the order in which they are declared. */
export function describeSettings({ fields }: SettingsSchema, prefix: string): readonly SettingDescription[] {
  return fields.map((field) => ({
    field: field.path.join('.'),
    variable: variableOf(prefix, field),
    type: expectation(field.schema),
    default: field.schema.default,
    required: field.required,
    secret: holdsSecret(field.schema),
    description: field.schema.description,
  }));
}
