import {
  type Capability,
  type Driver,
  defineCapability,
  defineDriver,
  ResponseError,
  Type,
} from '../../../kernel/index.ts';

/** Charges once for each key that it is given, as payment APIs do; `atMostOnce` heeds none. */
export function chargeCapability(safety: 'keyed' | 'atMostOnce'): Capability {
  return defineCapability('charging', {
    operations: {
      charge: {
        safety,
        input: Type.Object({ amount: Type.Integer() }),
        output: Type.Object({ id: Type.String() }),
      },
    },
  });
}

/** Talks to {@link ChargeApi}. */
export function chargeDriver(deduplicates: boolean): Driver {
  const config = Type.Object({ url: Type.String() });
  return defineDriver('charge-api', {
    capability: 'charging',
    config,
    secrets: ['apiKey'],
    deduplicates,
    create: ({ url }, { apiKey }) => ({
      url,
      async charge(_input: unknown, { key, signal }: { key: string; signal: AbortSignal }) {
        const headers = { authorization: `Bearer ${apiKey.reveal()}`, 'idempotency-key': key };
        const response = await fetch(`${url}/charges`, { method: 'POST', headers, signal });
        if (!response.ok) throw new ResponseError(response.status, response.headers);
        return await response.json();
      },
    }),
    async reconcile({ url }: { url: string }, { key, signal }) {
      const response = await fetch(`${url}/charges/${encodeURIComponent(key)}`, { signal });
      if (response.ok) return { state: 'done', value: await response.json() };
      return { state: 'unknown' };
    },
  });
}
