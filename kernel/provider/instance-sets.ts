import type { Logger } from '../log/index.ts';
import type { CapabilityTable, DriverTable } from './capabilities.ts';
import type { Capability } from './capability.ts';
import type { Random } from './clock.ts';
import type { InstanceClient } from './instance-client.ts';
import type { InstanceDefinition } from './instance-definition.ts';
import type { InstanceKeeper } from './instance-keeper.ts';
import { placeOf } from './instance-ref.ts';
import { buildSet, type InstanceSet } from './instance-set.ts';
import { InstanceState } from './instance-state.ts';
import type { InstanceStore } from './instance-store.ts';

interface Tables {
  readonly capabilities: CapabilityTable;
  readonly drivers: DriverTable;
}

export interface InstanceSetsOptions {
  readonly stores: readonly InstanceStore[];
  /** One of the stores: what it says of instances counts for all. */
  readonly keeper: InstanceKeeper | undefined;
  readonly random: Random;
  readonly log: Pick<Logger, 'error' | 'info'> | undefined;
  /** Does the `fallback` of a capability without instances answer? */
  readonly fallbacks: boolean;
  /** Told of each set that takes the place of another. */
  readonly onSet: (set: InstanceSet) => void;
}

interface Built extends Tables {
  readonly lists: readonly (readonly InstanceDefinition[])[];
  readonly set: InstanceSet;
}

/**
 * The set of instances for what is active now. Another set takes its place when a store or a snapshot changes; what is known
 * of an instance goes over, as long as it is the same one.
 */
export class InstanceSets {
  #stores: readonly InstanceStore[];
  readonly #keeper: InstanceKeeper | undefined;
  readonly #random: Random;
  readonly #log: Pick<Logger, 'error' | 'info'> | undefined;
  readonly #fallbacks: boolean;
  readonly #onSet: (set: InstanceSet) => void;
  /** One for each capability, so that it stays the same instance. */
  readonly #made = new WeakMap<Capability, InstanceDefinition>();
  /** By drivers: requests that are still answered from an older snapshot have an older set. */
  readonly #built = new WeakMap<DriverTable, Built>();
  #current: Built | undefined;
  /** Those that have not been retired. */
  #live = new Set<InstanceClient>();
  #states = new Map<string, InstanceState>();
  /** Faults that have been told, so that each is told once. */
  #told = new Set<string>();

  constructor({ stores, keeper, random, log, fallbacks, onSet }: InstanceSetsOptions) {
    this.#stores = stores;
    this.#keeper = keeper;
    this.#random = random;
    this.#log = log;
    this.#fallbacks = fallbacks;
    this.#onSet = onSet;
  }

  get stores(): readonly InstanceStore[] {
    return this.#stores;
  }

  of(tables: Tables): InstanceSet {
    const current = this.#current;
    if (current && this.#isFresh(current, tables)) return current.set;
    const known = this.#built.get(tables.drivers);
    if (known && this.#isFresh(known, tables)) return this.#takeUp(known);
    return this.#build(tables, known);
  }

  /** Takes the instances of another store too, until what is returned is disposed. */
  add(store: InstanceStore): Disposable {
    this.#stores = [...this.#stores, store];
    return {
      [Symbol.dispose]: () => {
        this.#stores = this.#stores.filter((one) => one !== store);
      },
    };
  }

  /** Releases the clients of all instances. */
  close(): void {
    for (const client of this.#live) client.retire();
    this.#live.clear();
  }

  /** A set that was replaced is asked for again: by a request of an older snapshot, or since the newer one came to nothing. */
  #takeUp(built: Built): InstanceSet {
    for (const { maker } of built.set.all) {
      maker.revive();
      this.#live.add(maker);
    }
    this.#current = built;
    this.#onSet(built.set);
    return built.set;
  }

  #isFresh({ capabilities, drivers, lists }: Built, tables: Tables): boolean {
    if (capabilities !== tables.capabilities || drivers !== tables.drivers) return false;
    if (lists.length !== this.#stores.length) return false;
    for (let i = 0; i < lists.length; i += 1) if (this.#stores[i]?.all !== lists[i]) return false;
    return true;
  }

  #build({ capabilities, drivers }: Tables, known: Built | undefined): InstanceSet {
    const lists = this.#stores.map(({ all }) => all);
    const states = new Map<string, InstanceState>();
    const before = this.#current;
    const set = buildSet({
      definitions: this.#withFallbacks(lists.flat(), capabilities),
      capabilities,
      drivers,
      previous: [before, known].flatMap((built) => built?.set ?? []),
      stateOf: (identity) => {
        const state = this.#states.get(identity) ?? new InstanceState(this.#random);
        states.set(identity, state);
        return state;
      },
    });
    const kept = new Set(set.all.map(({ maker }) => maker));
    for (const { identity, state, maker, definition } of set.all) {
      // What was taken over brings its state along.
      states.set(identity, state);
      // Kept, since it may have to say what became of an attempt.
      state.isWrittenOff = definition.enabled === false;
      const { capability, name: instance, tenant } = definition;
      if (this.#keeper) state.switch = this.#keeper.switches.get(placeOf({ capability, instance, tenant }));
      maker.revive();
    }
    for (const client of this.#live) if (!kept.has(client)) client.retire();
    this.#live = kept;
    this.#states = states;
    this.#current = { capabilities, drivers, lists, set };
    this.#built.set(drivers, this.#current);
    this.#onSet(set);
    this.#tell(set);
    return set;
  }

  #withFallbacks(
    definitions: readonly InstanceDefinition[],
    capabilities: CapabilityTable,
  ): readonly InstanceDefinition[] {
    if (!this.#fallbacks) return definitions;
    // Where one is wrong, its owner wants it mended, and not something else in its place.
    const unread = this.#stores.flatMap(({ faulty = [] }) => faulty.map(({ definition }) => definition));
    const configured = new Set([...definitions, ...unread].map(({ capability }) => capability));
    const added: InstanceDefinition[] = [];
    for (const capability of capabilities.values()) {
      const { name, fallback } = capability;
      if (fallback === undefined || configured.has(name)) continue;
      const known = this.#made.get(capability);
      const definition = known ?? { capability: name, name: fallback, driver: fallback };
      this.#made.set(capability, definition);
      added.push(definition);
      if (known !== undefined) continue;
      this.#log?.info(
        { capability: name },
        `No instance of "${name}" is configured, so "${fallback}" answers. Production needs one in config/providers.ts.`,
      );
    }
    return [...definitions, ...added];
  }

  #tell({ faulty }: InstanceSet): void {
    const told = new Set<string>();
    for (const { definition, faults } of faulty) {
      const { capability, name, tenant } = definition;
      const message = `The instance "${name}" of "${capability}" is not used. ${faults.join(' ')}`;
      told.add(message);
      if (!this.#told.has(message)) this.#log?.error({ capability, tenant, instance: name }, message);
    }
    this.#told = told;
  }
}
