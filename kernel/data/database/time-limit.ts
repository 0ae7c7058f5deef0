import { Socket } from 'node:net';
import type { Connection } from './connection.ts';

/** ms beyond what the server itself allows a statement: it is the server that should end it. */
const margin = 3000;

/** ms that a connection may take to say goodbye. */
const farewell = 1000;

/** A statement to which the server has not answered, though it ends by itself what takes too long: nobody is there. */
export class Unanswered extends Error {
  /** @param time ms */
  constructor(time: number) {
    super(`the server has not answered for ${time} ms`);
  }
}

/** How long a server is waited for that says nothing: packets may get lost without an end of the connection. */
export class TimeLimit {
  readonly #limit: number | undefined;
  readonly #cut: (connection: Connection) => void;
  readonly #answeredAt = new WeakMap<object, number>();
  readonly #lifted = new WeakSet<object>();

  /**
   * @param statementTimeout ms that the server allows a statement; 0 is without limit
   * @param cut ends a connection without a word to the server
   */
  constructor(statementTimeout: number, cut: (connection: Connection) => void) {
    this.#limit = statementTimeout > 0 ? statementTimeout + margin : undefined;
    this.#cut = cut;
  }

  /** Lets the statements of a connection take as long as they take, or ends that. */
  lift(connection: Connection, isLifted: boolean): void {
    if (!isObject(connection)) return;
    if (isLifted) this.#lifted.add(connection);
    else this.#lifted.delete(connection);
  }

  /** @throws Unanswered when the connection was cut, since nothing had come over it for too long */
  run<T>(connection: Connection, work: () => Promise<T>): Promise<T> {
    const limit = this.#limit;
    if (limit === undefined || !isObject(connection) || this.#lifted.has(connection)) return work();
    const begun = performance.now();
    return new Promise((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined;
      let isSettled = false;
      const settle = (): void => {
        isSettled = true;
        clearTimeout(timer);
        this.#answeredAt.set(connection, performance.now());
      };
      // What came while this process was busy is read before anybody judges.
      const wait = (time: number): void => {
        timer = setTimeout(() => setImmediate(judge), time);
      };
      const judge = (): void => {
        if (isSettled) return;
        // Statements of one connection run one after the other.
        const since = Math.max(begun, this.#answeredAt.get(connection) ?? 0);
        const left = since + limit - performance.now();
        if (left > 0) {
          wait(left);
          return;
        }
        settle();
        reject(new Unanswered(limit));
        this.#cut(connection);
      };
      wait(limit);
      work().then(
        (result) => {
          settle();
          resolve(result);
        },
        (error) => {
          settle();
          reject(error);
        },
      );
    });
  }

  /** Ends a connection, politely if the server takes part. */
  async end(connection: Connection, politely: () => Promise<unknown>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        this.#cut(connection);
        resolve();
      }, farewell);
    });
    try {
      await Promise.race([politely(), late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Ends what a package talks over: its own way takes the server's part, or leaves those waiting who wait for an answer. */
export function cutStream(connection: Connection): void {
  streamOf(connection)?.destroy();
}

/** @param isUsed does it keep this process from ending? An idle one need not: a script is over when its work is done. */
export function keepAwake(connection: Connection, isUsed: boolean): void {
  const stream = streamOf(connection);
  if (isUsed) stream?.ref();
  else stream?.unref();
}

/** `mysql2` has it at the connection itself, `pg` one below. */
function streamOf(connection: Connection): Socket | undefined {
  if (!isObject(connection)) return undefined;
  const stream: unknown = Reflect.get(connection, 'stream');
  return stream instanceof Socket ? stream : streamOf(Reflect.get(connection, 'connection'));
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
