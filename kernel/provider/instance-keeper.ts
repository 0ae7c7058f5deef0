import type { FaultyInstance, InstanceDefinition } from './instance-definition.ts';
import type { InstanceRef, InstanceSwitch } from './instance-ref.ts';
import type { InstanceStore } from './instance-store.ts';

/** An instance to be kept. */
export interface KeptInstance {
  /** As it was checked. */
  readonly definition: InstanceDefinition;
  /** Credentials as they are kept: encrypted, or the name of a variable. */
  readonly secrets: Readonly<Record<string, WrittenSecret>>;
}

export type WrittenSecret = string | { readonly env: string };

/** A store whose instances are changed through the kernel, for all processes and beyond their end: a database. */
export interface InstanceKeeper extends InstanceStore {
  /** What is kept and cannot be read, and why. */
  readonly faulty: readonly FaultyInstance[];
  /** By {@link placeOf}; also of instances of other stores. */
  readonly switches: ReadonlyMap<string, InstanceSwitch>;
  /** The credentials of an instance as they are kept; `undefined`: there is no such instance. */
  secretsOf(ref: InstanceRef): Promise<Readonly<Record<string, WrittenSecret>> | undefined>;
  /** Adds an instance, or puts it in place of the one with its name. */
  put(kept: KeptInstance): Promise<void>;
  /** @returns was there one? */
  remove(ref: InstanceRef): Promise<boolean>;
  /** @param off why it is not to be asked; `undefined`: it is again */
  switch(ref: InstanceRef, off: string | undefined): Promise<void>;
  /** Encrypts anew what an older key has encrypted. @returns how many texts */
  rekey(): Promise<number>;
}
