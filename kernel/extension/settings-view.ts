import { BackplaneError, throwFaults } from '../errors.ts';
import {
  describeSettings,
  type SettingDescription,
  type SettingsSchema,
  settingConflicts,
  settingsPrefix,
} from '../settings/index.ts';
import { type Contribution, defineRegistry } from '../snapshot/index.ts';

/** The settings of every active extension, described; extensions contribute by their `config.ts`. */
export const settingsView = defineRegistry<
  SettingsSchema,
  ReadonlyMap<string, readonly SettingDescription[]>
>({
  name: 'settings',
  expected: 'a schema made with defineSettings(…) in config.ts',
  accepts: (_value): _value is SettingsSchema => true,
  compile(contributions: readonly Contribution<SettingsSchema>[]) {
    const owned = contributions.map(({ owner: { name }, value }) => ({
      owner: name,
      prefix: name === 'kernel' ? '' : settingsPrefix(name),
      schema: value,
    }));
    throwFaults(
      settingConflicts(owned).map(
        ({ details: { variable, settings } }) =>
          new BackplaneError('CONTRIBUTION_CONFLICT', {
            what: `The variable ${variable} (${settings.map(({ field }) => field).join(', ')})`,
            owners: settings.map(({ owner }) => owner),
          }),
      ),
    );
    return new Map(owned.map(({ owner, prefix, schema }) => [owner, describeSettings(schema, prefix)]));
  },
});
