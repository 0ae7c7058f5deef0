import { closest, distance } from 'fastest-levenshtein';
import { BackplaneError } from '../errors.ts';
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
  const nearest = known.length > 0 ? closest(service, known) : undefined;
  // Further away than half of the name is no slip of the finger.
  const isNear = nearest !== undefined && distance(service, nearest) <= Math.max(1, service.length / 2);
  const suggestion = isNear ? ` Did you mean "${nearest}"?` : '';
  return new BackplaneError('SERVICE_UNKNOWN', { service, owner, suggestion, ...taken });
}
