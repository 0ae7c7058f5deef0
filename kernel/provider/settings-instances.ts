import type { Sources } from '../settings/index.ts';
import { checkInstance, type FaultyInstance, type InstanceDefinition } from './instance-definition.ts';
import type { Keyring } from './keyring.ts';

export interface InstancesFromSettings {
  readonly instances: readonly InstanceDefinition[];
  /** Those that cannot be read, as far as they can. They stand in nobody's way. */
  readonly faulty: readonly FaultyInstance[];
  /** Sentences about those, and about what is no list of instances. */
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
  const variable = (name: string): string | undefined =>
    Object.hasOwn(variables, name) ? variables[name] : undefined;
  const file = config.get('providers');
  const lists = new Map<string, { readonly value: unknown; readonly where: string }>();
  const instances: InstanceDefinition[] = [];
  const faulty: FaultyInstance[] = [];
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
      const read = checkInstance(one, { capability, place, keyring, variable });
      if (read.definition && read.faults.length === 0) instances.push(read.definition);
      else {
        faults.push(`${place}: ${read.faults.join(' ')}`);
        const definition = read.definition ?? { ...namesOf(one, index), capability, place };
        faulty.push({ definition, faults: read.faults });
      }
    }
  }
  return { instances, faulty, faults };
}

/** What can be said of one that lacks its name or its driver. */
function namesOf(written: unknown, index: number): { readonly name: string; readonly driver: string } {
  const { name, driver }: Readonly<Record<string, unknown>> = Object(written);
  return {
    name: typeof name === 'string' && name !== '' ? name : `[${index}]`,
    driver: typeof driver === 'string' && driver !== '' ? driver : '?',
  };
}

/** A text that is no JSON may be part of a secret: nothing of it is told. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
