import { AsyncLocalStorage } from 'node:async_hooks';
import { RequestScope, type ScopeHandle } from './request-scope.ts';

const scopes = new AsyncLocalStorage<ScopeHandle>();

/** The scope of the request or job that is being worked on, also when it has ended; `undefined` outside of any. */
export function currentScope(): RequestScope | undefined {
  const handle = scopes.getStore();
  return handle && (handle.scope ?? endedScope(handle));
}

/** Stands for a scope that is gone: has its id and owner, and refuses services as the scope itself would. */
function endedScope({ id, owner }: ScopeHandle): RequestScope {
  const scope = new RequestScope(id);
  scope.handle.owner = owner;
  void scope.dispose();
  return scope;
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
  return scopes.run(scope.handle, run, ...args);
}

/**
 * Makes a scope the current one for the rest of this callback of the event loop and all that comes of it. For who is
 * called by Node itself and has nothing to go back to: {@link runInScope} pays as much again to restore what was before.
 */
export function enterScope(scope: RequestScope): void {
  scopes.enterWith(scope.handle);
}
