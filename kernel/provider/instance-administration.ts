import { BackplaneError, didYouMean } from '../errors.ts';
import type { InstanceDefinition } from './instance-definition.ts';
import { checkInstance, secretContext } from './instance-definition.ts';
import type { InstanceKeeper, WrittenSecret } from './instance-keeper.ts';
import { type InstanceRef, placeOf } from './instance-ref.ts';
import { buildSet, type InstanceSet } from './instance-set.ts';
import { InstanceState } from './instance-state.ts';
import type { InstanceStore } from './instance-store.ts';
import { isEncrypted, type Keyring } from './keyring.ts';
import { Secret } from './secret.ts';
import type { ProviderWorld } from './world.ts';

/** What credentials are read and kept with. */
export interface Credentials {
  readonly keyring: Keyring;
  /** The value of an environment variable, for `{ env: 'STRIPE_KEY' }`. */
  readonly variable: (name: string) => string | undefined;
}

export interface AdministrationOptions {
  readonly keeper: InstanceKeeper | undefined;
  readonly credentials: Credentials;
  /** All that instances come from. */
  readonly stores: () => readonly InstanceStore[];
}

/** Checks and makes the changes that people ask for at run time. */
export class InstanceAdministration {
  readonly #options: AdministrationOptions;

  constructor(options: AdministrationOptions) {
    this.#options = options;
  }

  /** Checks an instance against what is active now, and keeps it. @returns which one it is */
  async put(
    capability: string,
    written: unknown,
    world: Pick<ProviderWorld, 'capabilities' | 'drivers'>,
  ): Promise<InstanceRef> {
    const keeper = this.#keeper(capability);
    const { credentials } = this.#options;
    const named = nameOf(written);
    const place = `The instance "${named.name ?? '?'}" of "${capability}"`;
    const ref = { capability, instance: named.name ?? '', tenant: named.tenant };
    if (this.#elsewhere(ref)) throw this.#writtenElsewhere(ref);
    const kept = named.name === undefined ? undefined : await keeper.secretsOf(ref);
    const driver = world.drivers.get(`${capability}/${named.driver ?? ''}`);
    const whole = withKept(written, kept ?? {}, driver?.driver.secrets ?? []);
    const { definition, secrets, faults } = checkInstance(whole, { capability, place, ...credentials });
    const [faulty] =
      definition === undefined
        ? []
        : buildSet({
            definitions: [definition],
            ...world,
            previous: [],
            stateOf: () => new InstanceState(Math.random),
          }).faulty;
    const unread = new Set(faults.map((fault) => fault.split(' ')[0]));
    const all = [
      ...faults,
      // A credential that cannot be read is not missing, too.
      ...(faulty?.faults.filter((fault) => !unread.has(fault.split(' ')[0])) ?? []),
    ];
    if (all.length > 0 || definition === undefined) {
      throw new BackplaneError('PROVIDER_INSTANCE_INVALID', { place, faults: all });
    }
    await keeper.put({ definition, secrets: this.#encrypted(definition, secrets) });
    return ref;
  }

  /** @throws PROVIDER_INSTANCE_UNKNOWN, PROVIDER_INSTANCE_ELSEWHERE */
  async remove(ref: InstanceRef, set: InstanceSet): Promise<void> {
    if (this.#elsewhere(ref)) throw this.#writtenElsewhere(ref);
    if (!(await this.#keeper(ref.capability).remove(ref))) throw unknownInstance(ref, set);
  }

  /** @param why it is not to be asked; `undefined`: it is again. @throws PROVIDER_INSTANCE_UNKNOWN */
  async switch(ref: InstanceRef, why: string | undefined, set: () => InstanceSet): Promise<void> {
    // It is shown on terminals, and NUL is nothing that databases keep.
    const off = why?.replaceAll(/\p{Cc}+/gu, ' ');
    const { capability, instance, tenant } = ref;
    const before = set();
    const found = before.find(capability, instance, tenant);
    if (found === undefined) throw unknownInstance(ref, before);
    const isWrittenOff = off === undefined && found.definition.enabled === false;
    if (isWrittenOff && this.#elsewhere(ref)) throw this.#writtenElsewhere(ref);
    const { keeper } = this.#options;
    // Here at once, even if the database does not answer.
    if (off === undefined) found.state.refused = undefined;
    if (keeper) {
      await keeper.switch(ref, off);
      // The set that is built now takes notice of it.
      set();
    } else found.state.refused = off;
  }

  /** @returns how many credentials are encrypted anew */
  async rekey(): Promise<number> {
    const { keyring } = this.#options.credentials;
    if (keyring.isEmpty) throw new BackplaneError('SECRETS_KEY_MISSING', { context: 'of each instance' });
    return await this.#keeper('*').rekey();
  }

  #keeper(capability: string): InstanceKeeper {
    const { keeper } = this.#options;
    if (keeper) return keeper;
    throw new BackplaneError('PROVIDER_STORE_MISSING', { capability });
  }

  #encrypted(
    definition: InstanceDefinition,
    secrets: Readonly<Record<string, WrittenSecret>>,
  ): Readonly<Record<string, WrittenSecret>> {
    const { keyring } = this.#options.credentials;
    return Object.fromEntries(
      Object.entries(secrets).map(([name, written]) => [
        name,
        typeof written !== 'string' || isEncrypted(written)
          ? written
          : keyring.encrypt(new Secret(written), secretContext(definition, name)),
      ]),
    );
  }

  /** The instance of that name in a store that is not changed through the kernel. */
  #elsewhere(
    ref: InstanceRef,
  ): { readonly definition: InstanceDefinition; readonly store: string } | undefined {
    const place = placeOf(ref);
    for (const store of this.#options.stores()) {
      if (store === this.#options.keeper) continue;
      const definition = store.all.find(
        ({ capability, name, tenant }) => placeOf({ capability, instance: name, tenant }) === place,
      );
      if (definition) return { definition, store: store.name };
    }
    return undefined;
  }

  #writtenElsewhere(ref: InstanceRef): BackplaneError {
    const found = this.#elsewhere(ref);
    const { capability, instance } = ref;
    const where = found?.definition.place ?? found?.store ?? 'the database';
    return new BackplaneError('PROVIDER_INSTANCE_ELSEWHERE', { capability, instance, where });
  }
}

function unknownInstance({ capability, instance }: InstanceRef, { all }: InstanceSet): BackplaneError {
  const names = all.flatMap(({ definition, name }) => (definition.capability === capability ? [name] : []));
  const suggestion = didYouMean(instance, names);
  return new BackplaneError('PROVIDER_INSTANCE_UNKNOWN', { capability, instance, suggestion });
}

function nameOf(written: unknown): {
  readonly name?: string;
  readonly tenant?: string;
  readonly driver?: string;
} {
  if (!isRecord(written)) return {};
  const { name, tenant, driver } = written;
  return {
    ...(typeof name === 'string' ? { name } : {}),
    ...(typeof tenant === 'string' ? { tenant } : {}),
    ...(typeof driver === 'string' ? { driver } : {}),
  };
}

/** Credentials that are left out stay as they are kept: nobody can write down again what nobody is shown. */
function withKept(
  written: unknown,
  kept: Readonly<Record<string, WrittenSecret>>,
  wanted: readonly string[],
): unknown {
  if (!isRecord(written) || (written.secrets !== undefined && !isRecord(written.secrets))) return written;
  const secrets = Object.fromEntries(Object.entries(kept).filter(([name]) => wanted.includes(name)));
  return { ...written, secrets: { ...secrets, ...written.secrets } };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
