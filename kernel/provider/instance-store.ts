import type { FaultyInstance, InstanceDefinition } from './instance-definition.ts';

/** Where instances come from: settings, a database. Each gives its whole set; sets of several are joined. */
export interface InstanceStore {
  /** For listings: `settings`. */
  readonly name: string;
  /** The set of now. The same array as long as nothing changes. */
  readonly all: readonly InstanceDefinition[];
  /** What it has and cannot read, and why; none if left out. */
  readonly faulty?: readonly FaultyInstance[];
}

/** Instances held in memory, to be changed while calls are on their way: those begun finish with what they began with. */
export class MemoryInstances implements InstanceStore {
  readonly name: string;
  #all: readonly InstanceDefinition[];
  #faulty: readonly FaultyInstance[] = [];

  constructor(all: readonly InstanceDefinition[] = [], name = 'memory') {
    this.name = name;
    this.#all = [...all];
  }

  get all(): readonly InstanceDefinition[] {
    return this.#all;
  }

  get faulty(): readonly FaultyInstance[] {
    return this.#faulty;
  }

  /** Puts another set in place of this one. @param faulty those that cannot be read */
  replace(all: readonly InstanceDefinition[], faulty: readonly FaultyInstance[] = []): void {
    this.#all = [...all];
    this.#faulty = [...faulty];
  }

  /** Adds an instance, or puts it in place of the one of its capability, tenant and name. */
  put(instance: InstanceDefinition): void {
    this.#all = [...this.#all.filter((one) => !isSame(one, instance)), instance];
  }

  /** Takes an instance away. */
  remove(instance: Pick<InstanceDefinition, 'capability' | 'tenant' | 'name'>): void {
    this.#all = this.#all.filter((one) => !isSame(one, instance));
  }
}

function isSame(
  one: InstanceDefinition,
  other: Pick<InstanceDefinition, 'capability' | 'tenant' | 'name'>,
): boolean {
  return one.capability === other.capability && one.tenant === other.tenant && one.name === other.name;
}
