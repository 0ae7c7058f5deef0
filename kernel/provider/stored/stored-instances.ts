import type { Database } from '../../data/index.ts';
import { BackplaneError, messageOf, throwFaults } from '../../errors.ts';
import type { Logger } from '../../log/index.ts';
import type { Clock } from '../clock.ts';
import type { Credentials } from '../instance-administration.ts';
import { type FaultyInstance, type InstanceDefinition, secretContext } from '../instance-definition.ts';
import type { InstanceKeeper, KeptInstance, WrittenSecret } from '../instance-keeper.ts';
import type { InstanceRef, InstanceSwitch } from '../instance-ref.ts';
import { isEncrypted } from '../keyring.ts';
import {
  changeSecrets,
  deleteInstance,
  readSecrets,
  readStored,
  revisionsOf,
  type StoredInstance,
  writeInstance,
  writeSwitch,
} from './instance-rows.ts';
import type { ProviderTables } from './tables.ts';

export interface StoredInstancesOptions {
  readonly tables: ProviderTables;
  readonly credentials: Credentials;
  readonly clock: Clock;
  readonly log?: Pick<Logger, 'error'> | undefined;
  /** Is a transaction running here that keeps everybody else from writing? */
  readonly isBlocked?: () => boolean;
}

/** Instances in the database, as they were read last: while it does not answer, the last that were known. */
export class StoredInstances implements InstanceKeeper {
  readonly name = 'database';
  readonly #options: StoredInstancesOptions;
  #known: ReadonlyMap<string, StoredInstance> = new Map();
  #all: readonly InstanceDefinition[] = [];
  #faulty: readonly FaultyInstance[] = [];
  #switches: ReadonlyMap<string, InstanceSwitch> = new Map();
  /** One after the other: what was read later must not be replaced by what was read before. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: StoredInstancesOptions) {
    this.#options = options;
  }

  get all(): readonly InstanceDefinition[] {
    return this.#all;
  }

  get faulty(): readonly FaultyInstance[] {
    return this.#faulty;
  }

  get switches(): ReadonlyMap<string, InstanceSwitch> {
    return this.#switches;
  }

  /**
   * Reads what has changed.
   *
   * @param anew also what has not: the variables that it names may be others now
   * @throws what the database does; then what was known stays
   */
  refresh({ anew = false }: { readonly anew?: boolean } = {}): Promise<void> {
    const refreshed = this.#turn.then(() => this.#refresh(anew));
    this.#turn = refreshed.catch(() => {});
    return refreshed;
  }

  secretsOf(ref: InstanceRef): Promise<Readonly<Record<string, WrittenSecret>> | undefined> {
    return this.#guarded((database) => readSecrets(database, ref));
  }

  put(kept: KeptInstance): Promise<void> {
    return this.#change((database) => writeInstance(database, kept));
  }

  remove(ref: InstanceRef): Promise<boolean> {
    return this.#change((database) => deleteInstance(database, ref));
  }

  switch(ref: InstanceRef, off: string | undefined): Promise<void> {
    return this.#change((database) => writeSwitch(database, ref, off, this.#options.clock.date()));
  }

  async rekey(): Promise<number> {
    const { keyring } = this.#options.credentials;
    const faults: Error[] = [];
    const change = (secret: WrittenSecret, name: string, ref: InstanceRef): WrittenSecret => {
      if (typeof secret !== 'string' || !isEncrypted(secret)) return secret;
      const { capability, instance, tenant } = ref;
      const whose = { capability, name: instance, ...(tenant === undefined ? {} : { tenant }) };
      try {
        return keyring.reencrypt(secret, secretContext(whose, name));
      } catch (error) {
        faults.push(error instanceof Error ? error : new Error(String(error)));
        return secret;
      }
    };
    const count = await this.#change((database) => changeSecrets(database, change));
    throwFaults(faults);
    return count;
  }

  async #change<Value>(work: (database: Database) => Promise<Value>): Promise<Value> {
    const value = await this.#guarded((database) => {
      if (!this.#options.isBlocked?.()) return work(database);
      throw new Error(
        'a transaction is running here, which keeps everybody else from writing on SQLite. Do it afterwards.',
      );
    });
    await this.#guarded(() => this.refresh());
    return value;
  }

  async #guarded<Value>(work: (database: Database) => Promise<Value>): Promise<Value> {
    try {
      return await work(await this.#options.tables.use());
    } catch (error) {
      throw new BackplaneError('PROVIDER_STORE_FAILED', { reason: messageOf(error) }, { cause: error });
    }
  }

  async #refresh(anew: boolean): Promise<void> {
    const { tables, credentials } = this.#options;
    const database = await tables.use();
    const revisions = await revisionsOf(database);
    const before = anew ? new Map<string, StoredInstance>() : this.#known;
    const isSame =
      revisions.size === before.size && [...revisions].every(([id, one]) => before.get(id)?.revision === one);
    if (isSame && !anew) return;
    const known = new Map<string, StoredInstance>();
    for (const [id, revision] of revisions) {
      const kept = before.get(id);
      const stored = kept?.revision === revision ? kept : await readStored(database, id, credentials);
      if (stored) known.set(id, stored);
    }
    this.#take(known);
  }

  #take(known: ReadonlyMap<string, StoredInstance>): void {
    const told = new Set(this.#faulty);
    const instances = [...known.values()].flatMap(({ instance }) => instance ?? []);
    this.#known = known;
    this.#all = instances.flatMap(({ definition, faults }) => (faults.length === 0 ? [definition] : []));
    this.#faulty = instances.filter(({ faults }) => faults.length > 0);
    this.#switches = new Map([...known.values()].map((stored) => [stored.place, stored.switch]));
    for (const one of this.#faulty) {
      if (told.has(one)) continue;
      const { capability, name, tenant } = one.definition;
      this.#options.log?.error(
        { capability, tenant, instance: name },
        `The instance "${name}" of "${capability}" in the database is not used. ${one.faults.join(' ')}`,
      );
    }
  }
}
