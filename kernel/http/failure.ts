import { randomUUID } from 'node:crypto';
import { isBackplaneError, messageOf } from '../errors.ts';
import { challenged } from './challenge.ts';
import { clientErrorOf } from './client-error.ts';
import type { RequestContext } from './context.ts';
import { middleware } from './middleware.ts';
import type { RouteOwner } from './owner.ts';
import { type HttpError, problem, problemDocument } from './problem.ts';
import { strategies } from './strategy.ts';
import { write } from './write.ts';

/**
 * Ends a request with an error: as a problem document where one can still be sent, otherwise by breaking the
 * connection. What the client is not shown is logged by its owner, under an id that the client gets.
 */
export function fail(context: RequestContext, error: unknown, owner: RouteOwner = context.owner): void {
  const known = showable(error, owner) ?? hidden(context, error, owner);
  const shown = known.status === 401 ? challenged(known, context.snapshot.get(strategies).values()) : known;
  if (shown.status === 503 && isBackplaneError(error)) logUnavailable(context, error, owner);
  const { response } = context;
  if (context.closed || response.writableEnded) return;
  if (response.headersSent) response.destroy();
  else sendSomething(context, shown, owner);
}

function showable(error: unknown, owner: RouteOwner): HttpError | undefined {
  try {
    return clientErrorOf(error, owner.name === 'kernel');
  } catch {
    // Its own properties throw when they are read: nothing to show.
    return undefined;
  }
}

/** No fault of the client's, though it may read of it: somebody has to look. */
function logUnavailable(context: RequestContext, error: Error, owner: RouteOwner): void {
  const route = routeOf(context);
  owner.log.error({ err: error, requestId: context.id, route }, `${route} failed: ${error.message}`);
}

function routeOf({ endpoint, req }: RequestContext): string | undefined {
  return endpoint ? `${endpoint.method} ${endpoint.path}` : req.method;
}

/** A problem may itself hold what cannot be sent, such as a header with a line break. The client is not left waiting. */
function sendSomething(context: RequestContext, shown: HttpError, owner: RouteOwner): void {
  try {
    sendProblem(context, shown);
  } catch (error) {
    try {
      sendProblem(context, hidden(context, error, owner));
    } catch {
      context.response.destroy();
    }
  }
}

/** Sends an error as a problem document (RFC 9457). */
export function sendProblem(context: RequestContext, error: HttpError): void {
  const { response, req } = context;
  // These spoke of the answer that is not sent. Others (CORS, cookies, security) hold for a problem too.
  for (const name of ['content-type', 'content-length', 'content-encoding', 'etag', 'last-modified']) {
    response.removeHeader(name);
  }
  const [instance = req.url] = (req.originalUrl ?? req.url).split('?', 1);
  const document = JSON.stringify(problemDocument(error, instance));
  write(context, error.status, 'application/problem+json', document, error.extra.headers);
}

function hidden(context: RequestContext, error: unknown, owner: RouteOwner): HttpError {
  if (context.cancelled && isAbort(error, context.cancelled)) return context.cancelled;
  const id = randomUUID();
  const at = routeOf(context);
  owner.log.error(
    { err: error, errorId: id, requestId: context.id, route: at },
    `${at} failed: ${messageOf(error)}`,
  );
  const detail = context.snapshot.get(middleware).showsErrors
    ? messageOf(error)
    : 'Something went wrong on our side. The log tells more under this id.';
  return problem(500, detail, { members: { id } });
}

/** Handlers that heed their signal end with an AbortError, or with the very reason of the abort. */
function isAbort(error: unknown, reason: HttpError): boolean {
  return error === reason || (error instanceof Error && error.name === 'AbortError');
}
