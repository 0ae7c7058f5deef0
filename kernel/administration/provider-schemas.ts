import { Type } from '../schema/index.ts';

const text = Type.String();
const optional = Type.Optional(Type.String());

const instance = {
  capability: text,
  instance: text,
  tenant: optional,
  driver: text,
  source: Type.String({
    description: 'Where it comes from: settings, database, or a fallback of its capability',
  }),
  place: Type.Optional(Type.String({ description: 'Where it is written' })),
  state: Type.Enum(['ready', 'open', 'resting', 'disabled', 'invalid'], {
    description:
      'open: its breaker is; resting: it was throttled; disabled: by somebody, or since its credentials were refused; invalid: it cannot be used as it is written',
  }),
  reason: Type.Optional(Type.String({ description: 'Why it is not ready' })),
  until: Type.Optional(Type.String({ format: 'date-time', description: 'Until when it is left alone' })),
  secrets: Type.Array(text, { description: 'Names of the credentials that are set. They are never shown' }),
  pending: Type.Integer({ description: 'Calls on their way' }),
  uses: Type.Integer({ description: 'Calls ever begun by this process' }),
  latency: Type.Number({ description: 'Milliseconds, as it is chosen by' }),
  attempts: Type.Array(Type.Object({ operation: text, outcome: text, count: Type.Integer() }), {
    description: 'Attempts of this process',
  }),
};

/** What an instance may say of itself, as `config/providers.ts` writes it. */
const written = {
  driver: text,
  config: Type.Optional(Type.Record(text, Type.Unknown(), { description: 'As its driver asks for' })),
  priority: Type.Optional(Type.Integer({ description: 'Lower is asked earlier' })),
  weight: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
  cost: Type.Optional(Type.Number({ minimum: 0 })),
  quotaGroup: optional,
  deduplication: optional,
  concurrency: Type.Optional(Type.Integer({ minimum: 1 })),
  enabled: Type.Optional(Type.Boolean()),
};

export const InstanceSchema = Type.Object(instance);

export const InstanceDetailsSchema = Type.Object({
  ...instance,
  settings: Type.Object(written, { description: 'As it is written, without credentials' }),
});

/** The body of `PUT`. It is checked with what its driver asks for, all at once. */
export const WrittenInstanceSchema = Type.Object({
  ...written,
  secrets: Type.Optional(
    Type.Record(text, Type.Union([text, Type.Object({ env: text })]), {
      description:
        'A text is kept encrypted; { "env": "ACME_KEY" } names a variable. What is left out stays as it is kept',
    }),
  ),
});

export const TestSchema = Type.Object({
  capability: text,
  instance: text,
  tenant: optional,
  driver: text,
  outcome: Type.Enum(['ok', 'failed', 'unchecked', 'invalid']),
  ms: Type.Optional(Type.Number()),
  class: optional,
  code: optional,
  message: optional,
});

export const DriversSchema = Type.Object({
  capabilities: Type.Array(
    Type.Object({
      name: text,
      extension: text,
      tenants: text,
      strategy: text,
      operations: Type.Array(Type.Object({ name: text, safety: text })),
    }),
  ),
  drivers: Type.Array(
    Type.Object({
      name: text,
      capability: text,
      extension: text,
      config: Type.Unknown({ description: 'JSON schema of the configuration of an instance' }),
      secrets: Type.Array(text),
      health: Type.Boolean({ description: 'Can its instances be tested?' }),
      reconcile: Type.Boolean({ description: 'Can it say what became of work whose outcome is unknown?' }),
    }),
  ),
});

export const AttemptSchema = Type.Object({
  capability: text,
  operation: text,
  operationId: text,
  tenant: optional,
  instance: text,
  instanceTenant: optional,
  driver: text,
  state: text,
  sentAt: Type.String({ format: 'date-time' }),
  failure: Type.Optional(Type.Object({ class: text, effect: text, scope: text, code: optional })),
});

export const ReconciledSchema = Type.Object({
  done: Type.Integer(),
  notDone: Type.Integer(),
  unknown: Type.Integer({ description: 'Nobody knows yet' }),
});
