import type { Driver } from '../../provider/driver.ts';

/** What an instance is doing. */
export interface Watch {
  /** Calls of its driver that have begun, `reconcile` and `health` included. */
  begun: number;
  /** Those that have not ended. */
  running: number;
}

/** The driver with somebody who looks on: its calls are counted, for each instance. */
export class WatchedDriver {
  readonly driver: Driver;
  readonly #watches = new WeakMap<object, Watch>();
  readonly #clients = new WeakMap<object, { readonly client: object; readonly watch: Watch }>();

  constructor(driver: Driver) {
    const { reconcile, health, dispose } = driver;
    type Create = Driver['create'];
    type Reconcile = NonNullable<typeof reconcile>;
    type Health = NonNullable<typeof health>;
    const create: Create = (config, secrets) => this.#wrap(driver.create(config, secrets), secrets);
    const countedReconcile: Reconcile = (wrapped, query) => {
      const { client, watch } = this.#of(wrapped);
      return counted(watch, () => reconcile?.(client, query) ?? { state: 'unknown' });
    };
    const countedHealth: Health = (wrapped, context) => {
      const { client, watch } = this.#of(wrapped);
      return counted(watch, () => health?.(client, context));
    };
    // All else that it says of itself stays as it is.
    this.driver = Object.create(driver, {
      create: { value: create },
      ...(reconcile && { reconcile: { value: countedReconcile } }),
      ...(health && { health: { value: countedHealth } }),
      ...(dispose && { dispose: { value: (wrapped: object) => dispose(this.#of(wrapped).client) } }),
    });
  }

  /** What the instance with these credentials does. */
  watch(secrets: object): Watch {
    const watch = { begun: 0, running: 0 };
    this.#watches.set(secrets, watch);
    return watch;
  }

  /** A client that counts. The driver's own functions are given its own client. */
  #wrap(client: object, secrets: object): object {
    const watch = this.#watches.get(secrets) ?? { begun: 0, running: 0 };
    const wrapped = new Proxy(
      {},
      {
        get: (_target, name) => {
          const work: unknown = Reflect.get(client, name);
          if (typeof work !== 'function') return work;
          return (...given: unknown[]) => counted(watch, () => work.apply(client, given));
        },
      },
    );
    this.#clients.set(wrapped, { client, watch });
    return wrapped;
  }

  #of(wrapped: object): { readonly client: object; readonly watch: Watch } {
    const known = this.#clients.get(wrapped);
    if (known === undefined) throw new Error('The client is not one that the driver made');
    return known;
  }
}

async function counted<Value>(watch: Watch, run: () => Value | Promise<Value>): Promise<Value> {
  watch.begun += 1;
  watch.running += 1;
  try {
    return await run();
  } finally {
    watch.running -= 1;
  }
}
