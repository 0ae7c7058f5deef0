import type { Container, Services } from '../container/index.ts';
import type { OwnedEvents } from '../event/index.ts';
import type { Logger } from '../log/index.ts';
import type { SettingsOf, SettingsSchema } from '../settings/index.ts';
import type { AnyRegistry, Registry } from '../snapshot/index.ts';
import type { Effects } from './effects.ts';

/** What `register` receives. No side effects here: every extension registers before any boots. */
export interface RegisterContext<Settings = unknown> {
  readonly name: string;
  readonly container: Container;
  readonly settings: Settings;
  readonly log: Logger;
  /** Contributes a value by code; files in collected folders contribute themselves. */
  contribute<Value, View>(registry: Registry<Value, View>, value: Value): void;
}

/** What `boot` receives. Whatever it acquires through `effects` and `events` the kernel gives back. */
export interface BootContext<Settings = unknown> {
  readonly name: string;
  readonly effects: Effects;
  readonly events: OwnedEvents;
  readonly services: Services;
  readonly settings: Settings;
  readonly log: Logger;
}

/** An extension's `index.ts` default export. Every part is optional. */
export interface ExtensionDefinition<Settings = unknown> {
  /** Registries that this extension declares: other extensions' folders or code contribute to them. */
  readonly registries?: readonly AnyRegistry[];
  register?(context: RegisterContext<Settings>): void | Promise<void>;
  boot?(context: BootContext<Settings>): void | Promise<void>;
  /** Throws, or returns `false`, when this generation must not serve. Asked before it is published, and by `GET /health/ready`. */
  health?(context: BootContext<Settings>): unknown;
  /** Before the kernel releases what the extension owns. Seldom needed: owned effects release themselves. */
  stop?(context: BootContext<Settings>): void | Promise<void>;
}

/** Written out so that the compiler misses one that is added. */
export const definitionKeys: readonly string[] = Object.keys({
  registries: true,
  register: true,
  boot: true,
  health: true,
  stop: true,
} satisfies Record<keyof ExtensionDefinition, true>);

const kind = Symbol.for('backplane.extension');

/**
 * Declares an extension.
 *
 * @example
 * import type config from './config.ts';
 * export default defineExtension<typeof config>({ boot({ settings, log }) { log.info(settings.title); } });
 */
export function defineExtension<Schema extends SettingsSchema = SettingsSchema>(
  definition: ExtensionDefinition<SettingsOf<Schema>>,
): ExtensionDefinition<SettingsOf<Schema>> {
  return Object.assign(definition, { [kind]: true });
}

/** Was this made with {@link defineExtension}? */
export function isExtensionDefinition(value: unknown): value is ExtensionDefinition {
  return typeof value === 'object' && value !== null && kind in value;
}
