import type { RequestListener } from 'node:http';

/** What every model of an API tells: what it has really done. */
interface Counting {
  /** How often it has done what must not be done twice, all operations together: messages sent, payments made. */
  effects(): number;
}

/**
 * An HTTP API: it answers good requests as its public documentation says. The suite brings the faults. What listens already
 * gives its port instead of a listener.
 */
export type HttpModel = (Counting & { readonly listener: RequestListener }) | TcpModel;

/** Something that listens on 127.0.0.1, an SMTP server for instance. */
export interface TcpModel extends Counting {
  readonly port: number;
  close(): void | Promise<void>;
}

/** A driver that asks nobody else: `log`, `memory`. */
export type LocalModel = Counting;

type Awaitable<Value> = Value | Promise<Value>;

/** Makes the model of an API, with an empty account: each test has its own. */
export type ApiMaker =
  | { readonly http: () => Awaitable<HttpModel> }
  | { readonly tcp: () => Awaitable<TcpModel> }
  | { readonly local: () => Awaitable<LocalModel> };

export type ApiKind = 'http' | 'tcp' | 'local';

export function kindOf(maker: ApiMaker): ApiKind {
  if ('http' in maker) return 'http';
  return 'tcp' in maker ? 'tcp' : 'local';
}

/** Where a driver finds the API. Of a local one there is nothing to find. */
export interface ApiAddress {
  /** `http://127.0.0.1:40123`; `https:` in the test of TLS, `tcp:` where it is no HTTP. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /** Is it to be spoken to through TLS? In one test only, where the handshake fails. */
  readonly tls: boolean;
}
