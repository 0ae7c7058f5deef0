import type { Container } from '../container/index.ts';
import { BackplaneError } from '../errors.ts';
import type { EventBus, OwnedEvents } from '../event/index.ts';
import type { Logger } from '../log/index.ts';
import type { AnyRegistry, Contribution, DeclaredRegistry, Owner } from '../snapshot/index.ts';
import type { BootContext, ExtensionDefinition, RegisterContext } from './define.ts';
import { OwnedEffects } from './effects.ts';
import { type Manifest, prefixOf } from './manifest.ts';
import type { LoadedModules } from './modules/index.ts';
import { runAs } from './running.ts';
import { advance, type GenerationState } from './state.ts';
import { withTimeout } from './timeout.ts';

/** Milliseconds that `register` and `boot`, and each step of the stop, may take when the manifest does not say. */
const defaultTimeouts = { boot: 10_000, stop: 5_000 };

export interface GenerationParts {
  readonly manifest: Manifest;
  /** Counts the loads of this extension, from 1. */
  readonly number: number;
  readonly folder: string;
  readonly hash: string;
  readonly modules: LoadedModules;
  readonly definition: ExtensionDefinition;
  readonly settings: unknown;
  readonly container: Container;
  readonly log: Logger;
  readonly bus: EventBus;
}

/** Whoever can contribute what runs: it has services, and a logger that carries its name. */
export interface ServingOwner extends Owner {
  readonly container: Container;
  readonly log: Logger;
}

/** One loaded state of one extension: its code, its contributions and everything it owns. */
export class Generation implements ServingOwner {
  readonly name: string;
  readonly generation: number;
  readonly prefix: string;
  readonly manifest: Manifest;
  readonly folder: string;
  readonly hash: string;
  readonly modules: LoadedModules;
  readonly container: Container;
  readonly log: Logger;
  readonly effects: OwnedEffects;
  readonly settings: unknown;
  readonly since = new Date();
  /** Names of the registries whose folders have been collected. */
  readonly collected = new Set<string>();
  readonly #definition: ExtensionDefinition;
  readonly #bus: EventBus;
  readonly #events: OwnedEvents;
  readonly #contributions = new Map<string, Contribution<unknown, Generation>[]>();
  readonly #timeouts: { readonly boot: number; readonly stop: number };
  #state: GenerationState = 'loading';
  #booted = false;

  constructor(parts: GenerationParts) {
    this.name = parts.manifest.name;
    this.generation = parts.number;
    this.prefix = prefixOf(parts.manifest);
    this.manifest = parts.manifest;
    this.folder = parts.folder;
    this.hash = parts.hash;
    this.modules = parts.modules;
    this.container = parts.container;
    this.log = parts.log;
    this.#definition = parts.definition;
    this.settings = parts.settings;
    this.#bus = parts.bus;
    this.#timeouts = { ...defaultTimeouts, ...parts.manifest.timeouts };
    this.#events = parts.bus.for(this);
    this.effects = new OwnedEffects(this.name, this.#timeouts.stop, (error, effect) =>
      this.log.error({ err: error, effect }, `The effect "${effect}" failed`),
    );
  }

  get state(): GenerationState {
    return this.#state;
  }

  /** For the event bus: listeners that `boot` adds hear nothing before the generation is published. */
  isLive(): boolean {
    return this.#state === 'active' || this.#state === 'draining';
  }

  /** The registries that it declares. */
  get registries(): readonly DeclaredRegistry[] {
    return (this.#definition.registries ?? []).map((registry) => ({ registry, owner: this.name }));
  }

  advance(to: GenerationState): void {
    this.#state = advance(this.name, this.#state, to);
  }

  /** This generation's contributions to a registry. */
  contributionsTo(registry: AnyRegistry): readonly Contribution<unknown, Generation>[] {
    return this.#contributions.get(registry.name) ?? [];
  }

  contribute(registry: string, source: string, value: unknown): void {
    const list = this.#contributions.get(registry);
    const contribution = { owner: this, source, value };
    if (list) list.push(contribution);
    else this.#contributions.set(registry, [contribution]);
  }

  async register(contribute: RegisterContext['contribute']): Promise<void> {
    const { name, container, log } = this;
    const context = { name, container, log, settings: this.settings, contribute };
    await this.#limit(() => this.#definition.register?.(context), this.#timeouts.boot, 'register');
  }

  async boot(): Promise<void> {
    this.#booted = true;
    await this.#limit(() => this.#definition.boot?.(this.#context()), this.#timeouts.boot, 'boot');
  }

  /** @throws what the extension's own health check throws; EXTENSION_UNHEALTHY when that returns `false` */
  async checkHealth(): Promise<void> {
    const check = async (): Promise<void> => {
      const healthy = await this.#definition.health?.(this.#context());
      if (healthy === false) throw new BackplaneError('EXTENSION_UNHEALTHY', { name: this.name });
    };
    await this.#limit(check, this.#timeouts.boot, 'health');
  }

  /**
   * Gives back everything, in reverse order: own stop, effects, listeners, services. All of it, whatever fails.
   * @returns what failed
   */
  async dispose(): Promise<readonly Error[]> {
    const errors: Error[] = [];
    if (this.#booted) {
      try {
        await this.#limit(() => this.#definition.stop?.(this.#context()), this.#timeouts.stop, 'stop');
      } catch (error) {
        errors.push(error instanceof Error ? error : new Error(String(error)));
      }
    }
    errors.push(...(await this.effects.release()));
    this.#bus.remove(this);
    errors.push(...(await this.container.dispose()));
    this.advance(errors.length === 0 ? 'disposed' : 'unload-failed');
    this.#contributions.clear();
    return errors;
  }

  #context(): BootContext {
    const { name, effects, log, container } = this;
    return {
      name,
      effects,
      log,
      events: this.#events,
      services: container.services,
      settings: this.settings,
    };
  }

  async #limit(run: () => void | Promise<void>, milliseconds: number, what: string): Promise<void> {
    await withTimeout(runAs(this.name, run), milliseconds, () => ({ extension: this.name, what }));
  }
}
