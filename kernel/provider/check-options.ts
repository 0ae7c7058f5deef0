import { BackplaneError } from '../errors.ts';
import type { CallOptions } from './capability-types.ts';

/** Characters of an identity: it becomes a key that APIs take in a header. */
const longest = 1_000;

/**
 * Refuses what cannot be the identity or the time of a call before anything is written down or sent: databases and headers
 * would change it on its way, and what comes back would be somebody else's.
 *
 * @throws PROVIDER_OPTIONS_INVALID
 */
export function checkOptions(
  call: { readonly capability: string; readonly operation: string; readonly tenant: string | undefined },
  { operationId, deadline }: CallOptions,
): void {
  const { capability, operation, tenant } = call;
  const faults: string[] = [];
  if (!isIdentity(operationId)) faults.push(`"operationId" ${identityRule}`);
  if (!isIdentity(tenant)) faults.push(`"tenant" ${identityRule}`);
  if (deadline !== undefined && (typeof deadline !== 'number' || Number.isNaN(deadline)))
    faults.push('"deadline" must be a number of milliseconds.');
  if (faults.length > 0)
    throw new BackplaneError('PROVIDER_OPTIONS_INVALID', { capability, operation, faults });
}

const identityRule = `must be a text of at most ${longest} characters, without NUL and halves of surrogate pairs.`;

function isIdentity(value: string | undefined): boolean {
  if (value === undefined) return true;
  return (
    typeof value === 'string' && value.length <= longest && !value.includes('\0') && value.isWellFormed()
  );
}
