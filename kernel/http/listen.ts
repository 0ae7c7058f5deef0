import type { Server } from 'node:http';
import { BackplaneError, messageOf } from '../errors.ts';

export interface HttpSettings {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Bytes of body that a request may have, unless its route says otherwise. */
  readonly bodyLimit: number;
  /** Milliseconds in which a request must have arrived completely. */
  readonly requestTimeout: number;
  /** Whose `x-forwarded-*` headers count, as Express's `trust proxy`; nobody's if left out. */
  readonly trustProxy?: boolean | number | string;
}

/** Where a server listens. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** @throws PORT_IN_USE, PORT_FORBIDDEN, HOST_UNAVAILABLE */
export function listen(server: Server, { host, port }: HttpSettings): Promise<Address> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => {
      server.off('listening', onListening);
      reject(explain(error, { host, port }));
    };
    const onListening = (): void => {
      server.off('error', onError);
      const address = server.address();
      resolve({ host, port: typeof address === 'object' && address ? address.port : port });
    };
    server.once('error', onError).once('listening', onListening).listen(port, host);
  });
}

function explain(error: NodeJS.ErrnoException, address: Address): Error {
  switch (error.code) {
    case 'EADDRINUSE':
      return new BackplaneError('PORT_IN_USE', address, { cause: error });
    case 'EACCES':
      return new BackplaneError('PORT_FORBIDDEN', address, { cause: error });
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN': {
      const details = { host: address.host, reason: messageOf(error) };
      return new BackplaneError('HOST_UNAVAILABLE', details, { cause: error });
    }
    default:
      return error;
  }
}
