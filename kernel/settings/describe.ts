import { expectation } from './expectation.ts';
import { holdsSecret } from './mask.ts';
import type { SettingsSchema } from './settings-schema.ts';
import { variableName } from './variable-name.ts';

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
  return fields.map(({ path, schema, required }) => ({
    field: path.join('.'),
    variable: variableName(prefix, path),
    type: expectation(schema),
    default: schema.default,
    required,
    secret: holdsSecret(schema),
    description: schema.description,
  }));
}
