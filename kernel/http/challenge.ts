import { type HttpError, problem } from './problem.ts';
import type { OwnedStrategy } from './strategy.ts';

/** What `WWW-Authenticate` asks of who brings no credentials: those that any of these strategies takes. */
export function challengeOf(asked: Iterable<OwnedStrategy>): string {
  // Several may ask for the same in other ways: keys of different kinds in one header.
  const challenges = new Set([...asked].map(({ strategy }) => strategy.challenge ?? strategy.name));
  return [...challenges].join(', ') || 'None';
}

/** A 401 has to say which credentials help (RFC 9110 §11.6.1), also where whoever throws it does not know. */
export function challenged(error: HttpError, strategies: Iterable<OwnedStrategy>): HttpError {
  const { extra, status, message, code } = error;
  if (status !== 401 || extra.headers?.['www-authenticate'] !== undefined) return error;
  const headers = { ...extra.headers, 'www-authenticate': challengeOf(strategies) };
  return problem(status, message, { ...extra, code, headers });
}
