import { type Actor, type AuthStrategy, defineStrategy } from 'backplane';
import type { Request } from 'express';
import type { Strategy } from 'passport';

export interface PassportOptions {
  /** What a route's `auth` names; the strategy's own name if left out. */
  readonly name?: string;
  /** For `WWW-Authenticate`, see `AuthStrategy`. */
  readonly challenge?: string;
  /**
   * The actor of whom the strategy found.
   * @param user what the strategy's verify callback gave to `done`
   */
  readonly actor: (user: unknown, req: Request) => Actor | undefined;
  /**
   * Told why the strategy refused. It may throw `problem(401, …)` to say so; otherwise the next strategy is asked.
   * @param reason what passport calls `info` or `challenge`
   */
  readonly refused?: (reason: unknown, req: Request) => void;
  /** Handed to the strategy's `authenticate`, as the second argument of `passport.authenticate` is. */
  readonly options?: object;
}

/**
 * Makes a strategy of Backplane of any strategy of Passport. Routes then name it: `auth: 'github'`. There are no sessions of
 * Passport: each request is asked. One that redirects (OAuth) answers the request itself.
 *
 * @example
 * // strategies/basic.ts
 * export default passportStrategy(new BasicStrategy((name, password, done) => done(null, find(name, password))), {
 *   challenge: 'Basic realm="api"',
 *   actor: (user) => (isUser(user) ? { id: user.id, roles: [] } : undefined),
 * });
 *
 * @throws TypeError without a name, its own or a given one
 */
export function passportStrategy(strategy: Strategy, options: PassportOptions): AuthStrategy {
  const { name = strategy.name, challenge } = options;
  if (name === undefined)
    throw new TypeError('passportStrategy: the strategy has no name; give it one in the options.');
  return defineStrategy({
    name,
    ...(challenge === undefined ? {} : { challenge }),
    authenticate: (req) => attempt(strategy, options, req),
  });
}

/** What a strategy of Passport calls on itself. */
interface Actions {
  success(user: unknown): void;
  fail(reason?: unknown, status?: number): void;
  pass(): void;
  error(error: unknown): void;
  redirect(url: string, status?: number): void;
}

interface Running {
  authenticate(req: Request, options: object): unknown;
}

function attempt(
  strategy: Strategy,
  { actor, refused, options = {} }: PassportOptions,
  req: Request,
): Promise<Actor | undefined> {
  return new Promise((resolve, reject) => {
    const settle = (work: () => Actor | undefined): void => {
      try {
        resolve(work());
      } catch (error) {
        reject(error);
      }
    };
    const actions: Actions = {
      success: (user) => settle(() => actor(user, req)),
      fail: (reason) =>
        settle(() => {
          refused?.(reason, req);
          return undefined;
        }),
      pass: () => resolve(undefined),
      error: reject,
      redirect(url, status = 302) {
        req.res?.redirect(status, url);
        resolve(undefined);
      },
    };
    // As Passport itself does it: an object for each request, with the actions that the strategy calls.
    const running: Running = Object.assign(Object.create(strategy), actions);
    // It may throw, or be asynchronous and reject, which Passport would not notice.
    Promise.try(() => running.authenticate(req, options)).catch(reject);
  });
}
