import { BackplaneError, throwFaults } from '../errors.ts';
import { defineRegistry, type Owner } from '../snapshot/index.ts';
import { Capability } from './capability.ts';
import { Driver } from './driver.ts';

/** By name. */
export type CapabilityTable = ReadonlyMap<string, Capability>;

/** Who contributes drivers; the manifest of a provider folder names its capability. */
interface DriverOwner extends Owner {
  readonly manifest?: { readonly capability?: string | undefined };
}

export interface OwnedDriver {
  readonly driver: Driver;
  /** Name of the extension. */
  readonly owner: string;
}

/** By capability and name; see {@link driverKey}. */
export type DriverTable = ReadonlyMap<string, OwnedDriver>;

export const driverKey = (capability: string, driver: string): string => `${capability}/${driver}`;

/** Collects `capabilities/`. */
export const capabilities = defineRegistry<Capability, CapabilityTable>({
  name: 'capabilities',
  folder: 'capabilities',
  exports: 'all',
  expected: 'a capability made with defineCapability(…)',
  accepts: (value) => value instanceof Capability,
  compile(contributions) {
    const table = new Map<string, Capability>();
    const owners = new Map<string, string>();
    const faults: Error[] = [];
    for (const { value, owner, source } of contributions) {
      const other = owners.get(value.name);
      if (other === undefined) table.set(value.name, value);
      else {
        const what = `The capability "${value.name}" (${source})`;
        faults.push(new BackplaneError('CONTRIBUTION_CONFLICT', { what, owners: [other, owner.name] }));
      }
      owners.set(value.name, owner.name);
    }
    throwFaults(faults);
    return table;
  },
});

/** Collects `drivers/`. */
export const drivers = defineRegistry<Driver, DriverTable, DriverOwner>({
  name: 'drivers',
  folder: 'drivers',
  expected: 'a driver made with defineDriver(…)',
  accepts: (value) => value instanceof Driver,
  compile(contributions) {
    const table = new Map<string, OwnedDriver>();
    const faults: Error[] = [];
    for (const { value: driver, owner, source } of contributions) {
      const declared = owner.manifest?.capability;
      if (declared !== undefined && declared !== driver.capability) {
        const reason = `the driver "${driver.name}" is for "${driver.capability}", but manifest.json says "capability": "${declared}". Make them equal.`;
        faults.push(new BackplaneError('CONTRIBUTION_INVALID', { owner: owner.name, source, reason }));
        continue;
      }
      const key = driverKey(driver.capability, driver.name);
      const other = table.get(key);
      if (other) {
        const what = `The driver "${driver.name}" of "${driver.capability}"`;
        faults.push(new BackplaneError('CONTRIBUTION_CONFLICT', { what, owners: [other.owner, owner.name] }));
      } else table.set(key, { driver, owner: owner.name });
    }
    throwFaults(faults);
    return table;
  },
});
