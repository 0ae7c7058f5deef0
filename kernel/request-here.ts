import { currentScope } from './container/index.ts';
import { RequestContext } from './http/index.ts';

/** The request that is being answered. */
export function requestHere(): RequestContext | undefined {
  const scope = currentScope();
  return scope instanceof RequestContext ? scope : undefined;
}

const neverAborts = new AbortController().signal;

/** Aborts when whoever asked is gone; outside of a request never. */
export function signalHere(): AbortSignal {
  return requestHere()?.signal ?? neverAborts;
}

/** What each log line says of the request or job that it was written in. */
export function requestId(): object | undefined {
  const scope = currentScope();
  return scope && { requestId: scope.id };
}
