import { BackplaneError, didYouMean } from '../errors.ts';
import { current } from './stack.ts';

interface Search {
  readonly service: string;
  /** Whose container was asked. */
  readonly owner: string;
  /** Who has the service, if anyone. */
  readonly provider: string | undefined;
  /** What that container may take. */
  readonly known: readonly string[];
}

/** The error for a service that a container may not take: undeclared, if another extension has it, else unknown. */
export function notFound({ service, owner, provider, known }: Search): BackplaneError {
  const taker = current()?.registration.name;
  const taken = taker === undefined ? {} : { taker };
  if (provider !== undefined && provider !== owner) {
    return new BackplaneError('SERVICE_UNDECLARED', { service, owner, provider, ...taken });
  }
  const suggestion = didYouMean(service, known);
  return new BackplaneError('SERVICE_UNKNOWN', { service, owner, suggestion, ...taken });
}
