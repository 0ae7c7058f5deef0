import { isBackplaneError } from '../errors.ts';
import { problem, type Route, reply, route } from '../http/index.ts';
import type { InstanceRef } from '../provider/index.ts';
import { Type } from '../schema/index.ts';
import { administrative, adminOnly } from './admin-only.ts';
import type { ProviderAdministration } from './provider-administration.ts';
import {
  AttemptSchema,
  DriversSchema,
  InstanceDetailsSchema,
  InstanceSchema,
  ReconciledSchema,
  TestSchema,
  WrittenInstanceSchema,
} from './provider-schemas.ts';
import type { InstanceDetailsView } from './provider-views.ts';

const name = Type.String({ minLength: 1, maxLength: 200 });
const params = Type.Object({ capability: name, instance: name });
/** What databases take and terminals show as it is. */
const plain = '^[^\\u0000-\\u001f\\u007f]+$';
const tenant = Type.Optional(
  Type.String({
    maxLength: 1_000,
    pattern: plain,
    description: 'Whose it is; left out: the one that is for all',
  }),
);
/** A misspelt "tenant" must not mean everybody's. */
const nothingElse = { additionalProperties: false } as const;
const query = Type.Object({ tenant }, nothingElse);
const path = '/kernel/providers/:capability/:instance';
const problems = {
  404: 'There is no such instance.',
  409: 'It is written in settings and has to be changed there, or cannot be used as it is written.',
};

/** `/kernel/providers`: who can be asked, switching and testing them, and those that are kept in the database. */
export function providerRoutes(providers: ProviderAdministration): readonly Route[] {
  return [
    route.get(
      '/kernel/providers',
      {
        ...administrative,
        summary: 'Every instance of every capability with its state and reasons',
        query: Type.Object({ capability: Type.Optional(name), tenant }, nothingElse),
        response: { 200: Type.Array(InstanceSchema) },
      },
      adminOnly(async ({ query: wanted }) =>
        (await providers.list()).filter(
          (one) =>
            (wanted.capability === undefined || one.capability === wanted.capability) &&
            (wanted.tenant === undefined || one.tenant === wanted.tenant),
        ),
      ),
    ),
    route.get(
      '/kernel/providers/drivers',
      {
        ...administrative,
        summary:
          'What instances can be made of: capabilities, and drivers with the schemas of their settings',
        response: { 200: DriversSchema },
      },
      adminOnly(() => providers.drivers()),
    ),
    route.post(
      '/kernel/providers/rekey',
      {
        ...administrative,
        summary: 'Encrypt what is kept anew under the first key of SECRETS_KEY',
        response: { 200: Type.Object({ reencrypted: Type.Integer() }) },
      },
      adminOnly(() => providers.rekey()),
    ),
    ...instanceRoutes(providers),
    ...attemptRoutes(providers),
  ];
}

function instanceRoutes(providers: ProviderAdministration): readonly Route[] {
  const response = { 200: InstanceDetailsSchema };
  return [
    route.get(
      path,
      {
        ...administrative,
        summary: 'One instance, with how it is written',
        params,
        query,
        response,
        ...documented(404),
      },
      adminOnly((context) => providers.one(refOf(context))),
    ),
    route.put(
      path,
      {
        ...administrative,
        summary: 'Keep an instance in the database: a new one, or in place of the one of its name',
        params,
        query,
        response: { 200: InstanceDetailsSchema, 201: InstanceDetailsSchema },
        document: () => ({
          body: WrittenInstanceSchema,
          problems: { 409: problems[409], 422: 'It cannot be used; with all its faults.' },
        }),
      },
      adminOnly(async (context) => {
        const ref = refOf(context);
        const isNew = !providers.has(ref);
        return reply(isNew ? 201 : 200, await putting(providers, ref, context.body));
      }),
    ),
    route.delete(
      path,
      {
        ...administrative,
        summary: 'Forget an instance that was kept in the database',
        params,
        query,
        response: { 204: Type.Null() },
        ...documented(404, 409),
      },
      adminOnly(async (context) => {
        await providers.remove(refOf(context));
        return reply(204);
      }),
    ),
    route.post(
      `${path}/enable`,
      {
        ...administrative,
        summary: 'Ask an instance again that was switched off, or whose credentials were refused',
        params,
        query,
        response,
        ...documented(404, 409),
      },
      adminOnly((context) => providers.enable(refOf(context))),
    ),
    route.post(
      `${path}/disable`,
      {
        ...administrative,
        summary: 'Ask an instance no more, in all processes, until it is enabled',
        params,
        query: Type.Object(
          { tenant, reason: Type.Optional(Type.String({ maxLength: 200, pattern: plain })) },
          nothingElse,
        ),
        response,
        ...documented(404, 409),
      },
      adminOnly((context) => providers.disable(refOf(context), context.query.reason)),
    ),
    route.post(
      `${path}/test`,
      {
        ...administrative,
        summary: 'Ask an instance whether it is well, by the health check of its driver: without any effect',
        params,
        query,
        response: { 200: TestSchema },
        ...documented(404),
      },
      adminOnly((context) => providers.test(refOf(context))),
    ),
  ];
}

function attemptRoutes(providers: ProviderAdministration): readonly Route[] {
  return [
    route.get(
      '/kernel/providers/attempts',
      {
        ...administrative,
        summary: 'Attempts whose outcome nobody knows yet',
        response: { 200: Type.Array(AttemptSchema) },
      },
      adminOnly(() => providers.unsettled()),
    ),
    route.post(
      '/kernel/providers/attempts/reconcile',
      {
        ...administrative,
        summary: 'Ask the drivers now what became of attempts whose outcome is unknown',
        response: { 200: ReconciledSchema },
      },
      adminOnly(() => providers.reconcile()),
    ),
    route.post(
      '/kernel/providers/attempts/settle',
      {
        ...administrative,
        summary: 'Say what became of work whose outcome is unknown, when its API cannot be asked',
        description: 'With "notDone" the work may be done by another: it must be certain.',
        body: Type.Object({
          capability: name,
          operationId: Type.String({ minLength: 1, maxLength: 1_000 }),
          operation: Type.Optional(name),
          tenant: Type.Optional(
            Type.Union([Type.String({ minLength: 1 }), Type.Null()], {
              description: "Whose work it is, where several use the same id; null: nobody's",
            }),
          ),
          state: Type.Enum(['done', 'notDone']),
          value: Type.Optional(Type.Unknown({ description: 'What it would have answered, for "done"' })),
        }),
        response: { 204: Type.Null() },
        document: () => ({
          problems: {
            404: 'No attempt waits for its outcome.',
            409: 'Several operations or tenants use the id: say which one is meant.',
          },
        }),
      },
      adminOnly(async ({ body: { capability, operationId, state, value, operation, tenant: whose } }) => {
        const outcome = state === 'done' ? ({ state, value } as const) : ({ state } as const);
        await providers.settle(capability, operationId, outcome, { operation, tenant: whose });
        return reply(204);
      }),
    ),
  ];
}

function documented(...statuses: readonly (keyof typeof problems)[]) {
  return {
    document: () => ({ problems: Object.fromEntries(statuses.map((status) => [status, problems[status]])) }),
  };
}

function refOf(context: {
  readonly params: { readonly capability: string; readonly instance: string };
  readonly query: { readonly tenant?: string };
}): InstanceRef {
  return { ...context.params, tenant: context.query.tenant };
}

/** Its faults are told one by one, each with its place in the body. */
async function putting(
  providers: ProviderAdministration,
  ref: InstanceRef,
  body: unknown,
): Promise<InstanceDetailsView> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw problem(422, 'The body must be an object: an instance as config/providers.ts writes it.');
  }
  try {
    return await providers.put(ref, { ...body });
  } catch (error) {
    if (!isBackplaneError(error) || error.code !== 'PROVIDER_INSTANCE_INVALID') throw error;
    const faults =
      'faults' in error.details && Array.isArray(error.details.faults) ? error.details.faults : [];
    throw problem(error.status, error.message, {
      code: error.code,
      cause: error,
      faults: faults.map((fault) => {
        const [, pointer = '', message = ''] = /^(\/\S*)? ?(.*)$/s.exec(String(fault)) ?? [];
        return { in: 'body', pointer, message };
      }),
    });
  }
}
