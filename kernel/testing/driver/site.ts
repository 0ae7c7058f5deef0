import type { Secret } from '../../provider/secret.ts';
import type { ApiAddress } from './api-model.ts';
import type { Gate } from './gate.ts';
import { HttpGate } from './http-gate.ts';
import type { Subject } from './subject.ts';
import { TcpGate } from './tcp-gate.ts';

/** What a driver is told that needs no address. */
export const nowhere: ApiAddress = { url: 'http://127.0.0.1:1', host: '127.0.0.1', port: 1, tls: false };

/** A model of the API, with gates before it. An account, in other words. */
export class Site implements AsyncDisposable {
  readonly effects: () => number;
  readonly gates: readonly Gate[];

  private constructor(effects: () => number, gates: readonly Gate[]) {
    this.effects = effects;
    this.gates = gates;
  }

  /** @param count how many gates lead to it */
  static async open({ options: { api } }: Subject, count = 1): Promise<Site> {
    const times = Array.from({ length: count });
    if ('http' in api) {
      const model = await api.http();
      return new Site(() => model.effects(), await Promise.all(times.map(() => HttpGate.start(model))));
    }
    if ('tcp' in api) {
      const model = await api.tcp();
      return new Site(() => model.effects(), await Promise.all(times.map(() => TcpGate.start(model))));
    }
    const model = await api.local();
    return new Site(() => model.effects(), []);
  }

  address(gate = 0): ApiAddress {
    return this.gates[gate]?.address ?? nowhere;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const gate of this.gates) await gate[Symbol.asyncDispose]();
  }
}

/** Notes which credentials are asked for. */
export class WatchedSecrets {
  readonly asked = new Set<string>();
  readonly all: Readonly<Record<string, Secret>>;

  constructor(secrets: Readonly<Record<string, Secret>>) {
    this.all = new Proxy(secrets, {
      get: (target, name) => {
        if (typeof name !== 'string') return undefined;
        this.asked.add(name);
        return target[name];
      },
    });
  }
}
