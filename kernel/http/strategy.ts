import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request } from 'express';
import { BackplaneError } from '../errors.ts';
import { defineRegistry } from '../snapshot/index.ts';
import type { Actor } from './actor.ts';
import type { RouteOwner } from './owner.ts';

/** One way to find out who makes a request. */
export interface AuthStrategy {
  /** What a route's `auth` names. */
  readonly name: string;
  /** What a client without credentials is asked for in `WWW-Authenticate`: `Bearer realm="api"`; the name if left out. */
  readonly challenge?: string;
  /**
   * The actor, or `undefined` when the request carries no credentials of this kind. Wrong credentials may be told apart
   * by throwing `problem(401, …)`.
   */
  authenticate(req: Request): Promise<Actor | undefined> | Actor | undefined;
}

/** Types a strategy; does nothing else. */
export function defineStrategy(strategy: AuthStrategy): AuthStrategy {
  return strategy;
}

export interface OwnedStrategy {
  readonly strategy: AuthStrategy;
  readonly owner: RouteOwner;
}

/** All strategies by name, in the order in which they are asked. */
export type StrategyTable = ReadonlyMap<string, OwnedStrategy>;

/** Values of a route's `auth` that no strategy may be called. */
const reserved = ['none', 'optional', 'required'];

export const strategies = defineRegistry<AuthStrategy, StrategyTable, RouteOwner>({
  name: 'strategies',
  folder: 'strategies',
  expected: `a strategy: { name, authenticate(req) } with a name other than ${reserved.join(', ')}`,
  accepts: isStrategy,
  compile(contributions) {
    const table = new Map<string, OwnedStrategy>();
    for (const { value, owner } of contributions) {
      const other = table.get(value.name);
      if (other) {
        throw new BackplaneError('CONTRIBUTION_CONFLICT', {
          what: `The authentication strategy "${value.name}"`,
          owners: [other.owner.name, owner.name],
        });
      }
      table.set(value.name, { strategy: value, owner });
    }
    return table;
  },
});

function isStrategy(value: unknown): value is AuthStrategy {
  return (
    typeof value === 'object' &&
    value !== null &&
    'name' in value &&
    typeof value.name === 'string' &&
    !reserved.includes(value.name) &&
    'authenticate' in value &&
    typeof value.authenticate === 'function'
  );
}

/**
 * The kernel's own strategy `root`: whoever sends the root API key as `x-api-key` may do everything.
 *
 * @param key `ROOT_API_KEY`; without one the strategy recognises nobody
 */
export function rootStrategy(key: string | undefined): AuthStrategy {
  const expected = key ? digest(key) : undefined;
  return {
    name: 'root',
    challenge: 'ApiKey header="x-api-key"',
    authenticate(req) {
      const given = req.headers['x-api-key'];
      if (expected === undefined || typeof given !== 'string') return undefined;
      // Digests have one length, so that the comparison tells nothing about the key, not even how long it is.
      return timingSafeEqual(digest(given), expected) ? { id: 'root', roles: ['admin'] } : undefined;
    },
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
