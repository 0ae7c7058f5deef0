import { extensionFolder, type TestKernel, testKernel } from '../../kernel/testing/index.ts';

const shop = {
  'manifest.json': { name: 'shop', version: '1.0.0' },
  'capabilities/payment.ts': `
    import { defineCapability, Type } from 'backplane';
    const output = Type.Object({ id: Type.String() });
    export default defineCapability('admin-payment', {
      operations: {
        charge: { safety: 'keyed', input: Type.Object({ amount: Type.Integer() }), output },
        ping: { safety: 'read', input: Type.Object({}), output },
      },
    });`,
};

/** What it does is said by its configuration, so that each instance can be well or ill. */
const fakepay = {
  'manifest.json': {
    name: 'fakepay',
    version: '1.0.0',
    capability: 'admin-payment',
    dependencies: { shop: '^1.0.0' },
  },
  'drivers/fakepay.ts': `
    import { defineDriver, ResponseError, Type } from 'backplane';
    const fail = (status, headers) => { if (status !== 200) throw new ResponseError(status, new Headers(headers)); };
    export default defineDriver('fakepay', {
      capability: 'admin-payment',
      config: Type.Object({
        status: Type.Integer({ default: 200 }),
        retryAfter: Type.Optional(Type.String()),
        note: Type.Optional(Type.String()),
      }),
      secrets: ['apiKey'],
      create: ({ status, retryAfter }, { apiKey }) => {
        const headers = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
        return {
          charge: () => { fail(status, headers); return { id: 'ch' }; },
          ping: () => { fail(status, headers); return { id: 'pong' }; },
          well: () => { if (status !== 200) throw Object.assign(new Error('key ' + apiKey.reveal() + ' is refused'), { cause: 1 }); },
        };
      },
      health: (client) => client.well(),
    });`,
  'drivers/plain.ts': `
    import { defineDriver, Type } from 'backplane';
    export default defineDriver('plain', {
      capability: 'admin-payment',
      config: Type.Object({}),
      create: () => ({ charge: () => ({ id: 'ch' }), ping: () => ({ id: 'pong' }) }),
    });`,
};

export const key = 'hunter2-hunter2';
const root = { 'x-api-key': 'root-key-of-this-test' };

interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: what the routes answer is what is tested
  readonly json: any;
}

/** A kernel with these instances in its settings, and a function that asks its administration. */
export async function administered(instances: readonly object[], env: Readonly<Record<string, string>> = {}) {
  const folders = [extensionFolder(shop), extensionFolder(fakepay)];
  const kernel = await testKernel({
    extensions: folders,
    settings: { providers: { 'admin-payment': instances } },
    env: { ROOT_API_KEY: root['x-api-key'], ...env },
  });
  const ask = async (method: string, path: string, body?: unknown): Promise<Answer> => {
    const options = { headers: root, ...(body === undefined ? {} : { body }) };
    const response = await kernel.inject(method, `/kernel/providers${path}`, options);
    return { status: response.status, json: response.body === '' ? undefined : response.json() };
  };
  return {
    kernel,
    ask,
    async [Symbol.asyncDispose]() {
      await kernel[Symbol.asyncDispose]();
      for (const folder of folders) folder[Symbol.dispose]();
    },
  };
}

export const instance = (name: string, config: object = {}, rest: object = {}) => ({
  name,
  driver: 'fakepay',
  config,
  secrets: { apiKey: key },
  ...rest,
});

export const ping = (kernel: TestKernel) => kernel.service('providers').for('admin-payment').ping?.({});
