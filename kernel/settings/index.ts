export { type OwnedSettings, settingConflicts } from './conflicts.ts';
export { describeSettings, type SettingDescription } from './describe.ts';
export {
  type DevelopmentSecrets,
  developmentKey,
  developmentSecrets,
  readSecrets,
} from './development-secrets.ts';
export { type KernelSettings, kernelSettings, loadKernelSettings, type Mode } from './kernel-settings.ts';
export { maskSettings } from './mask.ts';
export { type Resolution, type ResolveOptions, resolveSettings } from './resolve.ts';
export { defineSettings, isSettingsSchema, type SettingsOf, type SettingsSchema } from './settings-schema.ts';
export { type ConfigFile, loadSources, type Sources, sourcesOf, type Variables } from './sources.ts';
export { settingsPrefix, variableName } from './variable-name.ts';
export { type SettingsWatcher, watchSettings } from './watch-settings.ts';
