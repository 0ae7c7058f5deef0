import { messageOf } from '../errors.ts';
import type { Sources } from '../settings/index.ts';
import { type InstanceDefinition, readInstance } from './instance-definition.ts';
import type { Keyring } from './keyring.ts';

export interface InstancesFromSettings {
  readonly instances: readonly InstanceDefinition[];
  /** Sentences about those that cannot be used. They stand in nobody's way. */
  readonly faults: readonly string[];
}

/**
 * The instances that settings name: `config/providers.ts` exports `{ payment: [{ name, driver, config, secrets, … }] }`, and
 * `PROVIDERS_PAYMENT` is such a list as JSON, which comes before it.
 */
export function instancesFromSettings(
  { environment, dotenv, config }: Sources,
  keyring: Keyring,
): InstancesFromSettings {
  const variables = { ...dotenv, ...environment };
  const file = config.get('providers');
  const lists = new Map<string, { readonly value: unknown; readonly where: string }>();
  const instances: InstanceDefinition[] = [];
  const faults: string[] = [];
  for (const [capability, value] of Object.entries(file?.values ?? {})) {
    lists.set(capability, { value, where: `${file?.file ?? ''}, ${capability}` });
  }
  for (const [variable, text] of Object.entries(variables)) {
    const name = /^PROVIDERS_([A-Z][A-Z0-9_]*)$/.exec(variable)?.[1];
    if (name === undefined || !text?.trim()) continue;
    const value = parsed(text);
    lists.set(name.toLowerCase().replaceAll('_', '-'), { value, where: variable });
  }
  for (const [capability, { value, where }] of lists) {
    if (!Array.isArray(value)) {
      faults.push(`${where} must be a list of instances: [{ name, driver, config, secrets }].`);
      continue;
    }
    for (const [index, one] of value.entries()) {
      const place = `${where}[${index}]`;
      try {
        instances.push(
          readInstance(one, { capability, place, keyring, variable: (name) => variables[name] }),
        );
      } catch (error) {
        faults.push(messageOf(error));
      }
    }
  }
  return { instances, faults };
}

/** A text that is no JSON may be part of a secret: nothing of it is told. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
