import { redact } from '../log/index.ts';
import {
  type AttemptCount,
  type AttemptRow,
  Capability,
  capabilities,
  drivers,
  type InstanceInfo,
  type InstanceSettings,
} from '../provider/index.ts';
import type { Snapshot } from '../snapshot/index.ts';

/** One row of `GET /kernel/providers` and `backplane providers list`. */
export interface InstanceView extends Omit<InstanceInfo, 'until'> {
  /** ISO 8601. */
  readonly until: string | undefined;
  /** How many attempts this process has made, by operation and outcome; those of one name count together. */
  readonly attempts: readonly Pick<AttemptCount, 'operation' | 'outcome' | 'count'>[];
}

/** What `GET /kernel/providers/:capability/:instance` answers: with how it is written, as `PUT` takes it. */
export interface InstanceDetailsView extends InstanceView {
  readonly settings: Omit<InstanceSettings, 'capability' | 'name' | 'tenant'>;
}

/** @param own the attempts of instances of its name */
export function viewInstance(info: InstanceInfo, own: readonly AttemptCount[]): InstanceView {
  return {
    ...info,
    until: info.until?.toISOString(),
    latency: Math.round(info.latency * 10) / 10,
    attempts: own.map(({ operation, outcome, count }) => ({ operation, outcome, count })),
  };
}

export function viewDetails(view: InstanceView, settings: InstanceSettings): InstanceDetailsView {
  const { capability: _, name: _name, tenant: _tenant, ...rest } = settings;
  // What is called as a credential is none of a configuration's, and is not shown to whoever put it there.
  return { ...view, settings: { ...rest, config: redact(rest.config ?? {}) } };
}

/** Of an attempt whose outcome is unknown. */
export interface AttemptView
  extends Pick<
    AttemptRow,
    | 'capability'
    | 'operation'
    | 'tenant'
    | 'operationId'
    | 'instance'
    | 'instanceTenant'
    | 'driver'
    | 'state'
    | 'failure'
  > {
  readonly sentAt: string;
}

export function viewAttempt(row: AttemptRow): AttemptView {
  const { capability, operation, tenant, operationId, instance, instanceTenant, driver, state, failure } =
    row;
  const sentAt = new Date(row.sentAt ?? row.plannedAt).toISOString();
  return {
    ...{ capability, operation, tenant, operationId, instance, instanceTenant, driver, state, sentAt },
    ...(failure === undefined ? {} : { failure }),
  };
}

/** What there is to make instances of: `GET /kernel/providers/drivers`. */
export interface DriversView {
  readonly capabilities: readonly {
    readonly name: string;
    /** Who declares it. */
    readonly extension: string;
    readonly tenants: string;
    readonly strategy: string;
    readonly operations: readonly { readonly name: string; readonly safety: string }[];
  }[];
  readonly drivers: readonly {
    readonly name: string;
    readonly capability: string;
    readonly extension: string;
    /** JSON schema of the `config` of an instance. */
    readonly config: unknown;
    /** Names of the credentials that an instance needs. */
    readonly secrets: readonly string[];
    /** Can its instances be tested? */
    readonly health: boolean;
    /** Can it say what became of work whose outcome is unknown? */
    readonly reconcile: boolean;
  }[];
}

export function viewDrivers(snapshot: Snapshot): DriversView {
  const declared = snapshot.active.contributions.get(capabilities.name) ?? [];
  return {
    capabilities: declared.flatMap(({ value, owner }) =>
      value instanceof Capability
        ? [
            {
              name: value.name,
              extension: owner.name,
              tenants: value.tenants,
              strategy: value.strategy,
              operations: [...value.operations.values()].map(({ name, safety }) => ({ name, safety })),
            },
          ]
        : [],
    ),
    drivers: [...snapshot.get(drivers).values()].map(({ driver, owner }) => ({
      name: driver.name,
      capability: driver.capability,
      extension: owner,
      config: driver.config,
      secrets: driver.secrets,
      health: driver.health !== undefined,
      reconcile: driver.reconcile !== undefined,
    })),
  };
}
