import { BackplaneError } from '../errors.ts';
import { type SettingsSchema, variableOf } from './settings-schema.ts';

export interface OwnedSettings {
  readonly owner: string;
  readonly prefix: string;
  readonly schema: SettingsSchema;
}

/** Settings of different owners that one variable would set: an error for each such variable, naming the owners. */
export function settingConflicts(
  list: readonly OwnedSettings[],
): readonly BackplaneError<'SETTINGS_CONFLICT'>[] {
  const byVariable = new Map<string, { owner: string; field: string }[]>();
  for (const { owner, prefix, schema } of list) {
    for (const one of schema.fields) {
      // It is meant to be shared.
      if (one.schema.variable !== undefined) continue;
      const variable = variableOf(prefix, one);
      const holders = byVariable.get(variable) ?? [];
      holders.push({ owner, field: one.path.join('.') });
      byVariable.set(variable, holders);
    }
  }
  return [...byVariable]
    .filter(([, settings]) => settings.length > 1)
    .map(([variable, settings]) => new BackplaneError('SETTINGS_CONFLICT', { variable, settings }));
}
