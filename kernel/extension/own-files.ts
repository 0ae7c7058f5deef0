import { BackplaneError, unknownKeys } from '../errors.ts';
import { isSettingsSchema, resolveSettings, type SettingsSchema, type Sources } from '../settings/index.ts';
import { definitionKeys, type ExtensionDefinition, isExtensionDefinition } from './define.ts';
import type { LoadedModules } from './modules/index.ts';
import { StepFailed } from './step-failed.ts';

/** What `config.ts` asks for. @throws StepFailed for settings that are wrong */
export function settingsOf(
  name: string,
  { config }: LoadedModules,
  sources: Sources,
): { value: unknown; schema?: SettingsSchema } | { missing: readonly string[] } {
  if (config === undefined) return { value: {} };
  const schema = 'default' in config ? config.default : undefined;
  if (!isSettingsSchema(schema)) {
    throw new StepFailed(
      'settings',
      new BackplaneError('CONTRIBUTION_INVALID', {
        owner: name,
        source: 'config.ts',
        reason: 'must export as default what defineSettings(Type.Object({…})) returns.',
      }),
    );
  }
  const resolved = resolveSettings({ owner: name, schema, sources });
  if ('value' in resolved) return { value: resolved.value, schema };
  if (resolved.faults.length === 0) return { missing: resolved.missing };
  throw new StepFailed(
    'settings',
    new BackplaneError('SETTINGS_INVALID', {
      owner: name,
      faults: [...resolved.faults, ...resolved.missing.map((variable) => `${variable} must be set.`)],
    }),
  );
}

/** What `index.ts` defines. @throws StepFailed when it defines nothing that could run */
export function definitionOf(name: string, { index }: LoadedModules): ExtensionDefinition {
  if (index === undefined) return {};
  const definition = 'default' in index ? index.default : undefined;
  const isDefined = isExtensionDefinition(definition);
  const faults = isDefined ? unknownKeys(definition, definitionKeys) : entryFaults(index);
  if (faults.length > 0) {
    const details = { owner: name, source: 'index.ts', reason: faults.join(' ') };
    throw new StepFailed('load', new BackplaneError('CONTRIBUTION_INVALID', details));
  }
  return isDefined ? definition : {};
}

/** An entry may also only export what other extensions import. */
function entryFaults(index: object): readonly string[] {
  if ('default' in index) {
    return ['its default export must be made with defineExtension({…}). Export other things by name.'];
  }
  const isMeant = Object.entries(index).some(
    ([key, value]) => definitionKeys.includes(key) || isExtensionDefinition(value),
  );
  return isMeant || Object.keys(index).length === 0
    ? ['it has no default export, so nothing of it would run. Write "export default defineExtension({…})".']
    : [];
}
