import { AsyncLocalStorage } from 'node:async_hooks';
import type { RequestScope } from './request-scope.ts';

const scopes = new AsyncLocalStorage<RequestScope>();

/** The scope of the request or job that is being worked on, `undefined` outside of any. */
export function currentScope(): RequestScope | undefined {
  return scopes.getStore();
}

/**
 * Runs a function, and all that it awaits, in a scope.
 * @param args handed to the function, so that a hot path need not make a closure
 */
export function runInScope<T, Args extends unknown[]>(
  scope: RequestScope,
  run: (...args: Args) => T,
  ...args: Args
): T {
  return scopes.run(scope, run, ...args);
}

/**
 * Makes a scope the current one for the rest of this callback of the event loop and all that comes of it. For who is
 * called by Node itself and has nothing to go back to: {@link runInScope} pays as much again to restore what was before.
 */
export function enterScope(scope: RequestScope): void {
  scopes.enterWith(scope);
}
