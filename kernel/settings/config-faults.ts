import { didYouMean } from '../errors.ts';
import { isGroup, isPlainObject, type JsonSchema } from './json-schema.ts';
import type { ConfigFile } from './sources.ts';

/** What is wrong with the shape of a configuration file. */
export interface ConfigFault {
  readonly file: string;
  /** `server.prot` */
  readonly key: string;
  readonly problem: 'unknown' | 'no object';
  /** ` Did you mean "…"?` or nothing. */
  readonly suggestion: string;
}

/** The keys of a configuration file that no setting has, and values where a group of settings should stand. */
export function configFaults(config: ConfigFile | undefined, schema: JsonSchema): readonly ConfigFault[] {
  return config ? faultsIn(config.values, schema, '', config.file) : [];
}

function faultsIn(
  values: Readonly<Record<string, unknown>>,
  { properties = {} }: JsonSchema,
  above: string,
  file: string,
): readonly ConfigFault[] {
  return Object.entries(values).flatMap(([name, value]): readonly ConfigFault[] => {
    const key = `${above}${name}`;
    const schema = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (!schema) {
      return [{ file, key, problem: 'unknown', suggestion: didYouMean(name, Object.keys(properties)) }];
    }
    if (!isGroup(schema) || value === undefined || value === null) return [];
    if (isPlainObject(value)) return faultsIn(value, schema, `${key}.`, file);
    return [{ file, key, problem: 'no object', suggestion: '' }];
  });
}
