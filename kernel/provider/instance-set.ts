import { BackplaneError, didYouMean, messageOf } from '../errors.ts';
import { compileValidator } from '../schema/index.ts';
import { type CapabilityTable, type DriverTable, driverKey, type OwnedDriver } from './capabilities.ts';
import type { Capability, Tenancy } from './capability.ts';
import { Instance } from './instance.ts';
import { type InstanceDefinition, identityOf } from './instance-definition.ts';
import type { InstanceState } from './instance-state.ts';

/** An instance that cannot be asked, and why. */
export interface FaultyInstance {
  readonly definition: InstanceDefinition;
  readonly faults: readonly string[];
}

export interface BuildSet {
  readonly definitions: readonly InstanceDefinition[];
  readonly capabilities: CapabilityTable;
  readonly drivers: DriverTable;
  /** The state of an identity: the one that is known, or a new one. */
  readonly stateOf: (identity: string) => InstanceState;
  /** Taken over from there, where nothing about them has changed: with their clients. */
  readonly previous?: InstanceSet | undefined;
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
  const known = new Map(previous?.all.map((instance) => [instance.definition, instance]));
  for (const definition of definitions) {
    const { capability: name, driver: driverName, tenant, name: own } = definition;
    const capability = capabilities.get(name);
    const driver = drivers.get(driverKey(name, driverName));
    const place = JSON.stringify([name, tenant, own]);
    // Its defaults are filled in; the definition stays as it was given.
    const config = structuredClone(definition.config ?? {});
    const faults = [
      ...(capability ? tenantFaults(capability.tenants, tenant) : [`There is no capability "${name}".`]),
      ...(driver ? driverFaults(definition, driver, config) : [unknownDriver(definition, drivers)]),
      ...(taken.has(place) ? ['Another instance has the same name.'] : []),
    ];
    taken.add(place);
    if (faults.length > 0 || driver === undefined) {
      faulty.push({ definition, faults });
      continue;
    }
    if (definition.enabled === false) continue;
    const before = known.get(definition);
    const identity = before?.identity ?? identityOf(definition);
    const isSame = before?.driver.driver === driver.driver;
    all.push(
      before && isSame
        ? before
        : new Instance({ definition, config, identity, driver, state: stateOf(identity) }),
    );
  }
  return new InstanceSet(all, faulty);
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
  for (const name of Object.keys(secrets)) {
    if (driver.secrets.includes(name)) continue;
    faults.push(`/secrets/${name} is no credential of "${driver.name}".${didYouMean(name, driver.secrets)}`);
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
