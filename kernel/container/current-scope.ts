import { AsyncLocalStorage } from 'node:async_hooks';
import type { RequestScope } from './request-scope.ts';

const scopes = new AsyncLocalStorage<RequestScope>();

/** The scope of the request or job that is being worked on, `undefined` outside of any. */
export function currentScope(): RequestScope | undefined {
  return scopes.getStore();
}

/** Runs a function, and all that it awaits, in a scope. */
export function runInScope<T>(scope: RequestScope, run: () => T): T {
  return scopes.run(scope, run);
}
