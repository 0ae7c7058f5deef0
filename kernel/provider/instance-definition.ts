import { createHash } from 'node:crypto';
import { BackplaneError, didYouMean } from '../errors.ts';
import { compileValidator, Type, type Validator } from '../schema/index.ts';
import { canonical } from './canonical.ts';
import { isEncrypted, type Keyring } from './keyring.ts';
import { type Quota, quotaSchema } from './quota.ts';
import { Secret } from './secret.ts';

/** A driver with credentials and limits: who can be asked. */
export interface InstanceDefinition {
  readonly capability: string;
  /** Unique among those of the capability and tenant. */
  readonly name: string;
  /** Name of the driver. */
  readonly driver: string;
  /** Whose it is; everybody's if left out. */
  readonly tenant?: string;
  /** Lower is asked earlier; others only when nobody of it can be asked. 0 if left out. */
  readonly priority?: number;
  /** How much more it may be given than one of weight 1. */
  readonly weight?: number;
  /** What a call costs, for the strategy `cheapest`. */
  readonly cost?: number;
  /** Instances whose limits are counted together, since they share an account; its own if left out. */
  readonly quotaGroup?: string;
  /** How many calls the API allows its quota group; what the driver says if left out. Several hold together. */
  readonly quota?: Quota | readonly Quota[];
  /** Instances that know each other's idempotency keys, since they share an account; its own if left out. */
  readonly deduplication?: string;
  /** Calls on their way at most; 100 if left out. */
  readonly concurrency?: number;
  /** `false`: it is kept, and not asked. */
  readonly enabled?: boolean;
  /** What the driver's `config` describes. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly secrets?: Readonly<Record<string, Secret>>;
  /** Where it is written, for messages: `config/providers.ts, payment[0]`. */
  readonly place?: string;
}

/** An instance that cannot be asked, and why. */
export interface FaultyInstance {
  readonly definition: InstanceDefinition;
  readonly faults: readonly string[];
}

const text = Type.String({ minLength: 1 });

/** An instance as settings write it down. */
const writtenSchema = Type.Object(
  {
    name: Type.String({ pattern: '^[a-z0-9][a-z0-9._-]*$' }),
    driver: text,
    tenant: Type.Optional(Type.String({ maxLength: 1_000, pattern: '^[^\\u0000-\\u001f\\u007f]+$' })),
    priority: Type.Optional(Type.Integer()),
    weight: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
    cost: Type.Optional(Type.Number({ minimum: 0 })),
    quotaGroup: Type.Optional(text),
    quota: Type.Optional(quotaSchema),
    deduplication: Type.Optional(text),
    concurrency: Type.Optional(Type.Integer({ minimum: 1 })),
    enabled: Type.Optional(Type.Boolean()),
    config: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    secrets: Type.Optional(
      Type.Record(
        Type.String(),
        Type.Union([Type.String(), Type.Object({ env: text }, { additionalProperties: false })]),
      ),
    ),
  },
  { additionalProperties: false },
);

type Written = Type.Static<typeof writtenSchema>;

let validator: Validator | undefined;

/** What a written instance is read with. */
export interface ReadInstance {
  readonly capability: string;
  /** Where it is written, for messages: `config/providers.ts, payment[0]`. */
  readonly place: string;
  readonly keyring: Keyring;
  /** The value of an environment variable, for `{ env: 'STRIPE_KEY' }`. */
  readonly variable: (name: string) => string | undefined;
}

/** What is found out about a written instance. */
export interface CheckedInstance {
  /** As far as it can be read; `undefined` where it has no name or driver. */
  readonly definition: InstanceDefinition | undefined;
  /** Its credentials as they are written. */
  readonly secrets: NonNullable<Written['secrets']>;
  /** Sentences, with none of the values. */
  readonly faults: readonly string[];
}

/**
 * Reads an instance as settings or a database keep it. A credential is a text, an encrypted text (`enc:v1:…`), or
 * `{ env: 'STRIPE_KEY' }`.
 *
 * @throws PROVIDER_INSTANCE_INVALID with all faults, and none of the values
 */
export function readInstance(value: unknown, options: ReadInstance): InstanceDefinition {
  const { definition, faults } = checkInstance(value, options);
  if (faults.length === 0 && definition) return definition;
  throw new BackplaneError('PROVIDER_INSTANCE_INVALID', { place: options.place, faults });
}

/** Reads an instance as {@link readInstance} does, as far as that goes, and tells its faults. */
export function checkInstance(
  value: unknown,
  { capability, place, keyring, variable }: ReadInstance,
): CheckedInstance {
  validator ??= compileValidator(writtenSchema, { coerce: false });
  const found = validator(value);
  const faults = found.map(
    ({ pointer, message }) => `${pointer || 'it'} ${message}.${nearestField(pointer, message)}`,
  );
  const wrong = new Set(found.map(({ pointer }) => pointer.split('/')[1]));
  const isReadable =
    typeof value === 'object' && value !== null && !wrong.has('name') && !wrong.has('driver');
  if (!isReadable || wrong.has(undefined)) return { definition: undefined, secrets: {}, faults };
  const sound = Object.fromEntries(Object.entries(value).filter(([key]) => !wrong.has(key)));
  // The validator of this very schema has found no fault in what is left.
  const { secrets: writtenSecrets = {}, ...rest } = sound as Written;
  const secrets = new Map<string, Secret>();
  for (const [name, written] of Object.entries(writtenSecrets)) {
    const given = typeof written === 'string' ? written : variable(written.env);
    if (!given) {
      faults.push(
        `/secrets/${name} ${typeof written === 'string' ? 'is empty' : `needs ${written.env}, which is not set`}.`,
      );
      continue;
    }
    try {
      const context = secretContext({ capability, ...rest }, name);
      secrets.set(name, isEncrypted(given) ? keyring.decrypt(given, context) : new Secret(given));
    } catch (error) {
      if (!(error instanceof BackplaneError)) throw error;
      faults.push(`/secrets/${name} ${error.message}`);
    }
  }
  // Whatever they are called: `secrets.__proto__ = …` would be none of them.
  const read = { ...rest, capability, secrets: Object.fromEntries(secrets), place };
  return { definition: read, secrets: writtenSecrets, faults };
}

/** Where a credential belongs; an encrypted one can be read nowhere else. */
export function secretContext(
  { capability, tenant, name }: Pick<InstanceDefinition, 'capability' | 'tenant' | 'name'>,
  secret: string,
): string {
  return [capability, ...(tenant === undefined ? [] : [tenant]), name, secret].join('/');
}

const identities = new WeakMap<InstanceDefinition, string>();

/**
 * Who an instance is: its client, and what is known of it (its breaker, its latency), hold as long as this stays the same. A
 * changed priority or weight changes nothing about it; other credentials do.
 */
export function identityOf(definition: InstanceDefinition): string {
  const known = identities.get(definition);
  if (known !== undefined) return known;
  const identity = computeIdentity(definition);
  identities.set(definition, identity);
  return identity;
}

function computeIdentity(definition: InstanceDefinition): string {
  const {
    capability,
    tenant,
    name,
    driver,
    config = {},
    secrets = {},
    quotaGroup,
    deduplication,
  } = definition;
  const hash = createHash('sha256').update(
    canonical([driver, config, quotaGroup ?? null, deduplication ?? null]),
  );
  for (const key of Object.keys(secrets).sort()) hash.update(`\0${key}\0${secrets[key]?.reveal() ?? ''}`);
  return JSON.stringify([capability, tenant ?? null, name, hash.digest('base64')]);
}

/** What an unknown field of an instance may have been meant as. */
function nearestField(pointer: string, message: string): string {
  const name = pointer.slice(1);
  if (message !== 'is not a known property' || name.includes('/')) return '';
  return didYouMean(name, Object.keys(writtenSchema.properties));
}
