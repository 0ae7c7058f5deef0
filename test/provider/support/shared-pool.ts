import {
  type CallResult,
  defineDriver,
  type InstanceDefinition,
  isBackplaneError,
  type Providers,
  ResponseError,
  Secret,
  Type,
} from '../../../kernel/index.ts';
import { realClock } from '../../../kernel/provider/clock.ts';
import { RedisState } from '../../../kernel/provider/redis-state.ts';
import { instancesNamed, sending, setUp } from './world.ts';

/** A credential that must be seen nowhere. */
export const credential = 'hunter2-hunter2';

export interface SharedPoolOptions {
  readonly url: string;
  readonly prefix: string;
  /** That of the kernel if left out. */
  readonly patience?: number;
  /** Of the API; the path of a request is the name of the instance. */
  readonly api: string;
  readonly instances: Readonly<Record<string, Partial<InstanceDefinition>>>;
}

/** How a call ended: by whom it was answered, or why by nobody. */
export type Ended =
  | { readonly by: string | undefined }
  | { readonly code: string; readonly retryAfter: unknown };

/** A pool of its own that shares its state over Redis, before an API that is reached by HTTP. */
export class SharedPool implements AsyncDisposable {
  readonly providers: Providers;
  readonly logs: string[] = [];

  constructor({ url, prefix, patience, api, instances }: SharedPoolOptions) {
    const driver = defineDriver('fake', {
      capability: 'mail',
      config: Type.Object({ name: Type.String() }),
      secrets: ['apiKey'],
      create: ({ name }) => ({
        async send(_input: unknown, { signal }: { signal: AbortSignal }) {
          const response = await fetch(`${api}/${name}`, { method: 'POST', signal });
          if (!response.ok) throw new ResponseError(response.status, response.headers);
          return response.json();
        },
      }),
    });
    const say = (message: string): void => void this.logs.push(message);
    const shared = new RedisState({
      url,
      prefix,
      log: { warn: say, info: say },
      ...(patience === undefined ? {} : { patience }),
    });
    this.providers = setUp({
      capability: sending('read', { deadline: 60_000 }),
      driver,
      instances: instancesNamed(Object.keys(instances), (name, priority) => ({
        priority,
        secrets: { apiKey: new Secret(credential) },
        ...instances[name],
      })),
      clock: realClock,
      shared,
    }).providers;
  }

  async send(deadline: number): Promise<Ended> {
    const sending: Promise<CallResult<unknown>> | undefined = this.providers
      .for('mail')
      .send?.({}, { deadline });
    try {
      return { by: (await sending)?.attempts.at(-1)?.instance };
    } catch (error) {
      if (!isBackplaneError(error)) throw error;
      return {
        code: error.code,
        retryAfter: 'retryAfter' in error.details ? error.details.retryAfter : undefined,
      };
    }
  }

  sendMany(count: number, deadline: number): Promise<readonly Ended[]> {
    return Promise.all(Array.from({ length: count }, () => this.send(deadline)));
  }

  /** `instance: state` of each. */
  states(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.providers.list().map(({ instance, state }) => [instance, state]));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.providers[Symbol.asyncDispose]();
  }
}
