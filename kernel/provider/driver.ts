import { BackplaneError, unknownKeys } from '../errors.ts';
import type { Static, TSchema } from '../schema/index.ts';
import type { AttemptContext, CapabilityName, DriverOperations } from './capability-types.ts';
import type { Failure } from './failure.ts';
import type { Secret } from './secret.ts';
import type { WebhookAnswer, WebhookRequest } from './webhook.ts';

/** What is asked about work whose outcome is unknown. */
export interface ReconcileQuery {
  readonly operation: string;
  /** The idempotency key that it was sent with. */
  readonly key: string;
  /** When it was sent, in milliseconds since 1970. */
  readonly sentAt: number;
  readonly signal: AbortSignal;
}

/**
 * What became of it. `notDone` is final: it must not be answered for work that may still be on its way, since somebody
 * else is asked to do it then.
 */
export type Reconciliation =
  | { readonly state: 'done'; readonly value: unknown }
  | { readonly state: 'notDone' }
  | { readonly state: 'unknown' };

type Awaitable<Value> = Value | Promise<Value>;

export interface DriverOptions<
  Name extends string,
  Config extends TSchema,
  SecretName extends string,
  Client extends DriverOperations<Name>,
> {
  /** Name of the capability. */
  readonly capability: Name;
  /** Schema of the configuration of an instance, without credentials. */
  readonly config: Config;
  /** Names of the credentials that an instance must have. */
  readonly secrets?: readonly SecretName[];
  /** Makes the client of one instance. The SDK's own retries have to be switched off: the pool is the only loop. */
  create(config: Static<Config>, secrets: Readonly<Record<SecretName, Secret>>): Client;
  /** What an error means. `undefined`: what `classifyHttp` says. Whatever it does not know has perhaps been done. */
  classify?(error: unknown): Failure | undefined;
  /** Asks the API what became of work whose outcome is unknown. */
  reconcile?(client: Client, query: ReconcileQuery): Awaitable<Reconciliation>;
  /** Does the API answer? Throws if not. Has no effect at all; what may only be done once is probed with it. */
  health?(client: Client, context: { readonly signal: AbortSignal }): Awaitable<void>;
  /** Verifies what the API sends of its own accord; asked by `providers.webhook(…)`. Sends nothing. */
  webhook?(client: Client, request: WebhookRequest): Awaitable<WebhookAnswer>;
  /** Releases a client that is no longer used. */
  dispose?(client: Client): Awaitable<void>;
  /** `false`: the API heeds no idempotency key, so that keyed operations are never sent again. `true` if left out. */
  readonly deduplicates?: boolean;
  /** Milliseconds that the API remembers a key; 24 h if left out. Afterwards nothing is sent under it again. */
  readonly keyLifetime?: number;
}

const known = [
  'capability',
  'config',
  'secrets',
  'create',
  'classify',
  'reconcile',
  'health',
  'webhook',
  'dispose',
  'deduplicates',
  'keyLifetime',
];

/** A function of a client, as the pool calls it. */
export type ClientOperation = (input: unknown, attempt: AttemptContext) => unknown;

/** One way to do what a capability asks for; made with {@link defineDriver}. */
export class Driver {
  readonly name: string;
  readonly capability: string;
  readonly config: TSchema;
  readonly secrets: readonly string[];
  readonly deduplicates: boolean;
  readonly keyLifetime: number;
  readonly create: (config: unknown, secrets: Readonly<Record<string, Secret>>) => object;
  readonly classify: ((error: unknown) => unknown) | undefined;
  readonly reconcile: ((client: object, query: ReconcileQuery) => Awaitable<Reconciliation>) | undefined;
  readonly health: ((client: object, context: { signal: AbortSignal }) => Awaitable<void>) | undefined;
  readonly webhook: ((client: object, request: WebhookRequest) => Awaitable<WebhookAnswer>) | undefined;
  readonly dispose: ((client: object) => Awaitable<void>) | undefined;

  constructor(name: string, options: UntypedOptions) {
    this.name = name;
    this.capability = options.capability;
    this.config = options.config;
    this.secrets = options.secrets ?? [];
    this.deduplicates = options.deduplicates ?? true;
    this.keyLifetime = options.keyLifetime ?? 24 * 3_600_000;
    this.create = (config, secrets) => options.create(config, secrets);
    this.classify = options.classify && ((error) => options.classify?.(error));
    this.reconcile = bound(options, options.reconcile);
    this.health = bound(options, options.health);
    this.webhook = bound(options, options.webhook);
    this.dispose = options.dispose && ((client) => options.dispose?.(client));
  }
}

function bound<Context, Result>(
  options: object,
  method: ((client: object, context: Context) => Result) | undefined,
): ((client: object, context: Context) => Result) | undefined {
  return method && ((client, context) => method.call(options, client, context));
}

/** A driver's options once its types have been checked where it is defined: only its own functions see its client. */
type UntypedOptions = DriverOptions<string, TSchema, string, object>;

/**
 * Types and checks a driver, as a file under `drivers/` exports it.
 *
 * @param name what instances name as their `driver`
 * @throws DEFINITION_INVALID
 *
 * @example
 * export default defineDriver('stripe', {
 *   capability: 'payment',
 *   config: Type.Object({ url: Type.String({ format: 'uri' }) }),
 *   secrets: ['apiKey'],
 *   create: ({ url }, { apiKey }) => ({
 *     charge: (input, { key, signal }) => post(url, apiKey.reveal(), input, key, signal),
 *   }),
 * });
 */
export function defineDriver<
  const Name extends CapabilityName | (string & {}),
  Config extends TSchema,
  const SecretName extends string = never,
  Client extends DriverOperations<Name> = DriverOperations<Name>,
>(name: string, options: DriverOptions<Name, Config, SecretName, Client>): Driver {
  const faults = [...unknownKeys(options, known)];
  if (name === '') faults.push('It needs a name.');
  if (typeof options.capability !== 'string') faults.push('"capability" must name a capability.');
  if (typeof options.config !== 'object') faults.push('"config" must be a schema: Type.Object({ … }).');
  if (typeof options.create !== 'function') faults.push('"create" must be a function that makes a client.');
  if (faults.length > 0) {
    throw new BackplaneError('DEFINITION_INVALID', { define: `defineDriver('${name}')`, faults });
  }
  // The pool gives its functions nothing but what `create` returned and what the schemas let through.
  return new Driver(name, options as unknown as UntypedOptions);
}
