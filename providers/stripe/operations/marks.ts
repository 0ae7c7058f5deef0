import type { AttemptContext } from 'backplane';
import { stripeKey } from '../api/key.ts';
import { keyField, referenceField } from '../mapping/objects.ts';

/** What an object carries, so that it is found again when its answer is lost. The same for each attempt, as Stripe asks. */
export function marks(attempt: Pick<AttemptContext, 'key'>, reference: string): Record<string, string> {
  return { [referenceField]: reference, [keyField]: stripeKey(attempt.key) };
}
