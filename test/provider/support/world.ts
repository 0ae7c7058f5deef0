import {
  type Capability,
  type Clock,
  type Driver,
  defineCapability,
  type InstanceDefinition,
  MemoryInstances,
  Providers,
  type ProvidersOptions,
  type ProviderWorld,
  type Safety,
  Type,
} from '../../../kernel/index.ts';

/** A world of one capability and its drivers, as a snapshot would show it. */
export function worldOf(capability: Capability, drivers: readonly Driver[]): ProviderWorld {
  return {
    capabilities: new Map([[capability.name, capability]]),
    drivers: new Map(
      drivers.map((driver) => [`${driver.capability}/${driver.name}`, { driver, owner: 'test' }]),
    ),
    release: () => {},
  };
}

/** A capability with one operation, `send`, that takes and returns anything. */
export function sending(
  safety: Safety,
  times: { deadline?: number; attemptTimeout?: number; hedge?: { after: number } } = {},
): Capability {
  const anything = { input: Type.Unknown(), output: Type.Unknown() };
  return defineCapability('mail', {
    operations: { send: { safety, deadline: 20_000, attemptTimeout: 8_000, ...times, ...anything } },
  });
}

/** Instances `a`, `b`, `c` … of the driver `fake`. */
export function instancesNamed(
  names: readonly string[],
  rest: (name: string, index: number) => Partial<InstanceDefinition> = () => ({}),
): InstanceDefinition[] {
  return names.map((name, index) => ({
    capability: 'mail',
    driver: 'fake',
    name,
    config: { name },
    ...rest(name, index),
  }));
}

export interface Setup extends Omit<Partial<ProvidersOptions>, 'world' | 'stores'> {
  readonly capability: Capability;
  readonly driver: Driver;
  readonly instances: readonly InstanceDefinition[];
  readonly clock: Clock;
}

/** Providers on a clock, with instances that can be changed. */
export function setUp({ capability, driver, instances, ...rest }: Setup): {
  readonly providers: Providers;
  readonly store: MemoryInstances;
} {
  const store = new MemoryInstances(instances);
  const world = worldOf(capability, [driver]);
  return { providers: new Providers({ world: () => world, stores: [store], ...rest }), store };
}
