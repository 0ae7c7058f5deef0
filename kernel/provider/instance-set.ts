import { BackplaneError, didYouMean, messageOf } from '../errors.ts';
import { compileValidator, type TSchema } from '../schema/index.ts';
import { type CapabilityTable, type DriverTable, driverKey, type OwnedDriver } from './capabilities.ts';
import type { Capability, Tenancy } from './capability.ts';
import { Instance } from './instance.ts';
import { InstanceClient } from './instance-client.ts';
import { type FaultyInstance, type InstanceDefinition, identityOf } from './instance-definition.ts';
import type { InstanceState } from './instance-state.ts';

export interface BuildSet {
  readonly definitions: readonly InstanceDefinition[];
  readonly capabilities: CapabilityTable;
  readonly drivers: DriverTable;
  /** The state of an identity: the one that is known, or a new one. */
  readonly stateOf: (identity: string) => InstanceState;
  /** Clients are taken over from there by whoever is still the same; of several, the last counts. */
  readonly previous: readonly InstanceSet[];
}

/** The instances of one moment. Immutable: a call keeps the set that it began with. */
export class InstanceSet {
  readonly all: readonly Instance[];
  readonly faulty: readonly FaultyInstance[];
  readonly #byTenant = new Map<string, readonly Instance[]>();

  constructor(all: readonly Instance[], faulty: readonly FaultyInstance[]) {
    this.all = all;
    this.faulty = faulty;
    for (const instance of all) {
      const key = tenantKey(instance.definition.capability, instance.definition.tenant);
      this.#byTenant.set(key, [...(this.#byTenant.get(key) ?? []), instance]);
    }
  }

  /**
   * Whoever may be asked for a tenant.
   *
   * @param pinned only this one, and those that share its account
   * @throws PROVIDER_INSTANCE_UNKNOWN
   */
  candidates(capability: Capability, tenant: string | undefined, pinned?: string): readonly Instance[] {
    const all = this.#allOf(capability, tenant);
    if (pinned === undefined) return all;
    const one = all.find(({ name }) => name === pinned);
    if (one === undefined) throw unknownInstance(capability.name, pinned, all);
    return all.filter(({ deduplication }) => deduplication === one.deduplication);
  }

  #allOf({ name, tenants }: Capability, tenant: string | undefined): readonly Instance[] {
    const own = tenant === undefined || tenants === 'shared' ? none : this.#of(name, tenant);
    if (own.length > 0 || tenants === 'own') return own;
    return this.#of(name, undefined);
  }

  /** @param tenant `undefined`: everybody's */
  find(capability: string, instance: string, tenant?: string): Instance | undefined {
    return this.#of(capability, tenant).find(({ name }) => name === instance);
  }

  #of(capability: string, tenant: string | undefined): readonly Instance[] {
    return this.#byTenant.get(tenantKey(capability, tenant)) ?? none;
  }
}

/** @param all of the capability */
export function unknownInstance(
  capability: string,
  instance: string,
  all: readonly Instance[],
): BackplaneError {
  const names = all.map(({ name }) => name);
  const suggestion = didYouMean(instance, names);
  return new BackplaneError('PROVIDER_INSTANCE_UNKNOWN', { capability, instance, suggestion });
}

const none: readonly Instance[] = [];
const tenantKey = (capability: string, tenant: string | undefined): string =>
  tenant === undefined ? capability : `${capability}/${tenant}`;

/** Joins definitions with their drivers. What cannot be joined is told, and stands in nobody's way. */
export function buildSet({ definitions, capabilities, drivers, stateOf, previous }: BuildSet): InstanceSet {
  const all: Instance[] = [];
  const faulty: FaultyInstance[] = [];
  const taken = new Set<string>();
  const known = new Map(previous.flatMap(({ all: before }) => before.map((one) => [one.identity, one])));
  for (const definition of definitions) {
    const { capability: name, driver: driverName, tenant, name: own } = definition;
    const capability = capabilities.get(name);
    const driver = drivers.get(driverKey(name, driverName));
    const place = JSON.stringify([name, tenant, own]);
    const config = copyOfConfig(definition);
    const faults = [
      ...(capability ? tenantFaults(capability.tenants, tenant) : [`There is no capability "${name}".`]),
      ...(driver ? driverFaults(definition, driver, config ?? {}) : [unknownDriver(definition, drivers)]),
      ...(config ? [] : ['/config holds what is no data: a function, a bigint or a circle.']),
      ...(taken.has(place) ? ['Another instance has the same name.'] : []),
    ];
    taken.add(place);
    if (faults.length > 0 || driver === undefined || config === undefined) {
      faulty.push({ definition, faults });
      continue;
    }
    const identity = identityOf(definition);
    const before = known.get(identity);
    const isSame = before?.driver.driver === driver.driver;
    if (before && isSame && before.definition === definition) {
      all.push(before);
      continue;
    }
    const { secrets = {} } = definition;
    const maker = before && isSame ? before.maker : new InstanceClient({ identity, driver, config, secrets });
    all.push(new Instance({ definition, maker, state: stateOf(identity) }));
  }
  return new InstanceSet(all, faulty);
}

/**
 * For its defaults to be filled in; the definition stays as it was given.
 * @returns `undefined`: it cannot be copied or compared, as settings in TypeScript allow
 */
function copyOfConfig(definition: InstanceDefinition): object | undefined {
  try {
    identityOf(definition);
    return structuredClone(definition.config ?? {});
  } catch {
    return undefined;
  }
}

function tenantFaults(tenants: Tenancy, tenant: string | undefined): readonly string[] {
  if (tenants === 'shared' && tenant !== undefined) {
    return ['It is for one tenant, but the instances of this capability are for all. Leave "tenant" out.'];
  }
  if (tenants === 'own' && tenant === undefined)
    return ['Each instance of this capability needs a "tenant".'];
  return [];
}

function unknownDriver({ capability, driver }: InstanceDefinition, drivers: DriverTable): string {
  const names = [...drivers.values()].flatMap(({ driver: one }) =>
    one.capability === capability ? [one.name] : [],
  );
  return `There is no driver "${driver}" of "${capability}".${didYouMean(driver, names)} Is the provider that has it active?`;
}

function driverFaults(
  { secrets = {} }: InstanceDefinition,
  { driver }: OwnedDriver,
  config: object,
): readonly string[] {
  const faults = driver.secrets
    .filter((name) => !Object.hasOwn(secrets, name))
    .map((name) => `/secrets/${name} is required.`);
  const known = [...driver.secrets, ...driver.optionalSecrets];
  for (const name of Object.keys(secrets)) {
    if (known.includes(name)) continue;
    faults.push(`/secrets/${name} is no credential of "${driver.name}".${didYouMean(name, known)}`);
  }
  const fields = fieldsOf(driver.config);
  for (const name of Object.keys(config)) {
    if (fields === undefined || fields.includes(name)) continue;
    faults.push(`/config/${name} is no field of "${driver.name}".${didYouMean(name, fields)}`);
  }
  try {
    for (const { pointer, message } of compileValidator(driver.config, { coerce: false })(config)) {
      faults.push(`/config${pointer} ${message}.`);
    }
  } catch (error) {
    faults.push(`The schema of "config" of "${driver.name}" cannot be compiled: ${messageOf(error)}.`);
  }
  return faults;
}

/** What a configuration may name; `undefined` where its schema says itself what else it takes. */
function fieldsOf(schema: TSchema): readonly string[] | undefined {
  if (!('properties' in schema) || 'additionalProperties' in schema || 'patternProperties' in schema)
    return undefined;
  const { properties } = schema;
  return typeof properties === 'object' && properties !== null ? Object.keys(properties) : undefined;
}
