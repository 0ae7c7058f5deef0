import { expect } from 'chai';
import {
  type Attempt,
  type CallResult,
  type Clock,
  defineDriver,
  isBackplaneError,
  ResponseError,
  type Safety,
  Type,
} from '../../kernel/index.ts';
import { FaultyServer, HangsUp } from './support/faulty-server.ts';
import { instancesNamed, sending, setUp } from './support/world.ts';

/** Real time, so many times faster: what takes seconds by the rules takes milliseconds here. */
const speed = 20;
const fastClock: Clock = {
  now: () => performance.now() * speed,
  date: () => Date.now(),
  after(milliseconds, run) {
    const timer = setTimeout(run, milliseconds / speed);
    return () => clearTimeout(timer);
  },
};

/** What each fault means, by the table of the guide. `server`: the path asked of the local server. */
const faults: Readonly<
  Record<
    string,
    {
      means: 'free' | 'config' | 'callers' | 'perhaps done';
      server?: string;
      throws?: () => Error;
      url?: string;
    }
  >
> = {
  refused: { means: 'free', url: 'closed' },
  DNS: { means: 'free', url: 'nowhere' },
  TLS: { means: 'free', url: 'https' },
  'reset before the write, in the TLS handshake': { means: 'free', url: 'handshake' },
  // What a real socket does by chance only.
  'reset before the write, while it connects': {
    means: 'free',
    throws: () => fetchFailed({ code: 'ECONNRESET', syscall: 'connect' }),
  },
  'reset before the write, on a connection that was never used': {
    means: 'free',
    throws: () => fetchFailed({ code: 'UND_ERR_SOCKET', socket: { bytesWritten: 0 } }),
  },
  'reset after the write': { means: 'perhaps done', server: 'reset' },
  hang: { means: 'perhaps done', server: 'hang' },
  'slow body': { means: 'perhaps done', server: 'slow-body' },
  'malformed 200': { means: 'perhaps done', server: 'malformed' },
  'an error that nobody classifies': { means: 'perhaps done', throws: () => new Error('?') },
  '401': { means: 'config', server: '401' },
  '402': { means: 'config', server: '402' },
  '403': { means: 'config', server: '403' },
  '404': { means: 'callers', server: '404' },
  '408': { means: 'perhaps done', server: '408' },
  '409': { means: 'callers', server: '409' },
  '422': { means: 'callers', server: '422' },
  '429 with Retry-After': { means: 'free', server: '429-after-4' },
  '429 without Retry-After': { means: 'free', server: '429' },
  '500': { means: 'perhaps done', server: '500' },
  '502': { means: 'perhaps done', server: '502' },
  '503': { means: 'perhaps done', server: '503' },
  '503 with Retry-After': { means: 'free', server: '503-after-4' },
  '504': { means: 'perhaps done', server: '504' },
};

const safeties: readonly Safety[] = ['read', 'idempotent', 'keyed', 'atMostOnce'];

function fetchFailed(cause: object): Error {
  return new TypeError('fetch failed', { cause: Object.assign(new Error('cause'), cause) });
}

/** Where requests go: to the server, or to what is none. */
interface Places {
  readonly server: FaultyServer;
  /** Nobody listens there. */
  readonly closed: string;
  /** Hangs up when a TLS handshake begins. */
  readonly handshake: string;
}

/** No resolver takes a label of 64 letters, so that this needs no network. */
const nowhere = `http://${'a'.repeat(64)}.test`;

/** The first instance has the fault, all others are well. */
async function call(
  { server, ...places }: Places,
  fault: (typeof faults)[string],
  safety: Safety,
  count: number,
): Promise<{
  readonly result?: CallResult<unknown>;
  readonly code?: string;
  readonly attempts: readonly Attempt[];
}> {
  const driver = defineDriver('fake', {
    capability: 'mail',
    config: Type.Object({ name: Type.String() }),
    create: ({ name }) => ({
      async send(_input: unknown, { signal }: { signal: AbortSignal }) {
        const isFaulty = name === 'i0';
        if (isFaulty && fault.throws) throw fault.throws();
        const https = server.url.replace('http:', 'https:');
        const base = new Map(Object.entries({ ...places, nowhere, https })).get(
          (isFaulty && fault.url) || '',
        );
        const path = isFaulty ? fault.server : 'ok';
        const response = await fetch(`${base ?? server.url}/${path}`, { method: 'POST', body: '{}', signal });
        if (!response.ok) throw new ResponseError(response.status, response.headers);
        return response.json();
      },
    }),
  });
  const names = Array.from({ length: count }, (_, index) => `i${index}`);
  const { providers } = setUp({
    capability: sending(safety, {
      // Where it is waited for in vain, not for long; else nothing must depend on how busy this machine is.
      attemptTimeout: fault.server === 'hang' || fault.server === 'slow-body' ? 6_000 : 60_000,
      deadline: 120_000,
    }),
    driver,
    // The first is asked first.
    instances: instancesNamed(names, (_name, index) => ({ priority: index === 0 ? 0 : 1 })),
    clock: fastClock,
  });
  try {
    const result = await providers.for('mail').send?.({}, { operationId: 'x' });
    return { ...(result ? { result } : {}), attempts: result?.attempts ?? [] };
  } catch (error) {
    if (!isBackplaneError(error) || !('attempts' in error.details)) throw error;
    const attempts = error.details.attempts as readonly Attempt[];
    return { code: error.code, attempts };
  } finally {
    await providers[Symbol.asyncDispose]();
  }
}

describe('the fault matrix, over real HTTP', () => {
  let server: FaultyServer;
  let hangsUp: HangsUp;
  let places: Places;
  before(async () => {
    server = await FaultyServer.start();
    hangsUp = await HangsUp.start();
    const other = await FaultyServer.start();
    places = { server, closed: other.url, handshake: hangsUp.url };
    await other[Symbol.asyncDispose]();
  });
  after(() => Promise.all([server[Symbol.asyncDispose](), hangsUp[Symbol.asyncDispose]()]));

  for (const [name, fault] of Object.entries(faults)) {
    for (const safety of safeties) {
      it(`${name}, ${safety}: decides by the table with 1, 2, 3 and 8 instances`, async () => {
        const judge = async (count: number): Promise<void> => {
          const { result, code, attempts } = await call(places, fault, safety, count);
          const asked = attempts.map(({ instance }) => instance);
          const isRepeatable = safety === 'read' || safety === 'idempotent';
          const where = `${count} instances, ${JSON.stringify(attempts)}`;
          if (fault.means === 'callers') {
            expect([code, asked], where).to.deep.equal(['PROVIDER_REFUSED', ['i0']]);
          } else if (fault.means === 'perhaps done' && !isRepeatable) {
            expect(code, where).to.equal('PROVIDER_OUTCOME_UNKNOWN');
            // Keyed: again with the same key, where the key is known. At most once: never again.
            expect(asked, where).to.deep.equal(safety === 'keyed' ? ['i0', 'i0', 'i0'] : ['i0']);
          } else if (count === 1) {
            expect(code, where).to.be.oneOf(['PROVIDER_FAILED', 'PROVIDER_UNAVAILABLE']);
            expect(new Set(asked), where).to.deep.equal(new Set(['i0']));
            if (fault.means === 'config') expect(asked, where).to.deep.equal(['i0']);
          } else {
            expect(result?.value, where).to.deep.equal({ done: true });
            expect(
              attempts.map(({ outcome }) => outcome === 'ok'),
              where,
            ).to.deep.equal([false, true]);
            expect(asked[0], where).to.equal('i0');
            expect(asked[1], where).to.not.equal('i0');
          }
        };
        await Promise.all([1, 2, 3, 8].map(judge));
      });
    }
  }
});
