import { type Entry, entry } from './entry.ts';

/** What every error of a call tells. `attempts` are those of the pool; here only what a sentence needs of them. */
interface CallDetails {
  readonly capability: string;
  readonly operation: string;
  readonly attempts: readonly AttemptDetails[];
}

interface AttemptDetails {
  readonly instance: string;
  readonly outcome: string;
}

interface Fault {
  readonly pointer: string;
  readonly message: string;
}

const told = (attempts: readonly AttemptDetails[]): string =>
  attempts.length === 0
    ? 'Nobody was called.'
    : `Attempts: ${attempts.map(({ instance, outcome }) => `${instance} (${outcome})`).join(', ')}.`;

const seconds = (milliseconds: number): string => `${Math.max(1, Math.ceil(milliseconds / 1000))} s`;

/** What can go wrong with capabilities, drivers and instances. */
export const providerErrors = {
  CAPABILITY_UNKNOWN: entry<{ capability: string; suggestion: string }>(
    ({ capability, suggestion }) =>
      `There is no capability "${capability}".${suggestion} Is the extension that declares it active?`,
  ),
  PROVIDER_INPUT_INVALID: entry<{ capability: string; operation: string; faults: readonly Fault[] }>(
    ({ capability, operation, faults }) =>
      `The input of "${operation}" of "${capability}" does not fit its schema: ` +
      `${faults.map(({ pointer, message }) => `${pointer || '/'} ${message}`).join('; ')}.`,
  ),
  PROVIDER_OPERATION_ID_MISSING: entry<{ capability: string; operation: string }>(
    ({ capability, operation }) =>
      `"${operation}" of "${capability}" is keyed: give it { operationId }, the identity of the work (an order's id), ` +
      'so that a call that repeats it does nothing twice.',
  ),
  PROVIDER_OPTIONS_INVALID: entry<{ capability: string; operation: string; faults: readonly string[] }>(
    ({ capability, operation, faults }) =>
      `What is said of the call of "${operation}" of "${capability}" cannot be used: ${faults.join(' ')}`,
  ),
  PROVIDER_UNAVAILABLE: entry<
    CallDetails & { readonly reasons: readonly string[]; readonly retryAfter?: number | undefined }
  >(
    ({ capability, operation, reasons, attempts, retryAfter }) =>
      `No instance of "${capability}" can be asked for "${operation}": ${reasons.join('; ') || 'there is none'}. ${told(attempts)}` +
      (retryAfter === undefined
        ? ` Add one in config/providers.ts, or mend what is said here.`
        : ` Try again in ${seconds(retryAfter)}.`),
    503,
    ({ retryAfter }) =>
      `A service that this needs is not available.${retryAfter === undefined ? '' : ` Try again in ${seconds(retryAfter)}.`}`,
  ),
  PROVIDER_FAILED: entry<CallDetails & { readonly why: string }>(
    ({ capability, operation, attempts, why }) =>
      `"${operation}" of "${capability}" failed: ${why}. ${told(attempts)}`,
    503,
    () => 'A service that this needs has failed. Try again later.',
  ),
  PROVIDER_REFUSED: entry<
    CallDetails & { readonly instance: string; readonly code?: string | undefined; readonly reason: string }
  >(
    ({ capability, operation, instance, code, reason }) =>
      `"${instance}" refuses "${operation}" of "${capability}" as invalid${code === undefined ? '' : ` (${code})`}: ${reason}`,
  ),
  PROVIDER_DECLINED: entry<
    CallDetails & { readonly instance: string; readonly code?: string | undefined; readonly reason: string }
  >(
    ({ capability, operation, instance, code, reason }) =>
      `"${instance}" declines "${operation}" of "${capability}"${code === undefined ? '' : ` (${code})`}: ${reason}`,
    422,
    ({ operation, code }) => `"${operation}" was declined${code === undefined ? '' : ` (${code})`}.`,
  ),
  PROVIDER_OUTCOME_UNKNOWN: entry<
    CallDetails & {
      readonly operationId: string;
      readonly instance: string;
      readonly effect: 'unknown' | 'done';
    }
  >(
    ({ capability, operation, operationId, instance, effect, attempts }) =>
      (effect === 'done'
        ? `"${operation}" of "${capability}" (${operationId}) was done by "${instance}", but its answer is lost.`
        : `Whether "${operation}" of "${capability}" (${operationId}) was done by "${instance}" is not known.`) +
      ` ${told(attempts)} The attempt is kept; repeat the call with the same operationId, settle it by providers.settle(…), or wait for the reconciler. Never use a fresh id.`,
    502,
    () => 'Whether this was done is not known yet. Look before you repeat it.',
  ),
  PROVIDER_DEADLINE: entry<CallDetails & { readonly deadline: number }>(
    ({ capability, operation, deadline, attempts }) =>
      `"${operation}" of "${capability}" did not succeed within ${deadline} ms. ${told(attempts)}`,
    504,
    () => 'A service that this needs did not answer in time. Try again later.',
  ),
  PROVIDER_OPERATION_RUNNING: entry<{ capability: string; operation: string; operationId: string }>(
    ({ capability, operation, operationId }) =>
      `"${operation}" of "${capability}" (${operationId}) is running already. Wait for that call, or repeat this one later.`,
    409,
    ({ operation }) => `"${operation}" is running already. Try again later.`,
  ),
  PROVIDER_OPERATION_REUSED: entry<{ capability: string; operation: string; operationId: string }>(
    ({ capability, operation, operationId }) =>
      `The operationId "${operationId}" stands for another call of "${operation}" of "${capability}", with other input. ` +
      'Use one for each piece of work.',
    409,
    () => 'This was asked for before under the same identity, with other values. Use a new one for new work.',
  ),
  PROVIDER_JOURNAL_FAILED: entry<{ capability: string; operation: string; reason: string }>(
    ({ capability, operation, reason }) =>
      `"${operation}" of "${capability}" was not sent, since its attempt could not be written down: ${reason}`,
    503,
    () => 'A service that this needs has failed. Nothing was done; try again later.',
  ),
  PROVIDER_INSTANCE_INVALID: entry<{ place: string; faults: readonly string[] }>(
    ({ place, faults }) => `${place}: ${faults.join(' ')}`,
    422,
  ),
  PROVIDER_INSTANCE_UNKNOWN: entry<{ capability: string; instance: string; suggestion: string }>(
    ({ capability, instance, suggestion }) => `"${capability}" has no instance "${instance}".${suggestion}`,
    404,
  ),
  PROVIDER_INSTANCE_UNUSABLE: entry<{ capability: string; instance: string; reason: string | undefined }>(
    ({ capability, instance, reason }) =>
      `The instance "${instance}" of "${capability}" cannot be used as it is written: ${reason} Mend that first.`,
    409,
  ),
  PROVIDER_INSTANCE_ELSEWHERE: entry<{ capability: string; instance: string; where: string }>(
    ({ capability, instance, where }) =>
      `The instance "${instance}" of "${capability}" is written in ${where}. Change it there, or take another name.`,
    409,
  ),
  PROVIDER_STORE_MISSING: entry<{ capability: string }>(
    ({ capability }) =>
      `Instances of "${capability}" cannot be kept here: these providers have no database. Write them in config/providers.ts.`,
    409,
  ),
  PROVIDER_STORE_FAILED: entry<{ reason: string }>(
    ({ reason }) => `The instances of providers could not be changed in the database: ${reason}`,
    503,
    () => 'A service that this needs has failed. Try again later.',
  ),
  PROVIDER_OPERATION_IN_TRANSACTION: entry<{ capability: string; operation: string }>(
    ({ capability, operation }) =>
      `"${operation}" of "${capability}" cannot be called within a transaction on SQLite: that keeps everybody else from ` +
      'writing, also the journal, whose entry must outlive a roll-back. Call it before or after the transaction (database.afterCommit).',
    409,
  ),
  PROVIDER_ATTEMPT_UNKNOWN: entry<{ capability: string; operationId: string }>(
    ({ capability, operationId }) =>
      `No attempt of "${capability}" with the operationId "${operationId}" waits for its outcome.`,
    404,
  ),
  PROVIDER_ATTEMPT_AMBIGUOUS: entry<{ capability: string; operationId: string; works: readonly string[] }>(
    ({ capability, operationId, works }) =>
      `The operationId "${operationId}" of "${capability}" stands for several pieces of work: ${works.join(', ')}. ` +
      'Say which one is meant by { operation, tenant }; a tenant of null is none.',
    409,
  ),
  PROVIDER_OUTCOME_INVALID: entry<{ capability: string; operation: string; fault: string }>(
    ({ capability, operation, fault }) =>
      `What "${operation}" of "${capability}" is said to have answered does not fit the schema of its output: ${fault}.`,
    422,
  ),
  SECRETS_KEY_INVALID: entry<{ number: number }>(
    ({ number }) =>
      `Key ${number} of SECRETS_KEY is not 32 bytes as Base64 or hexadecimal. Make one by: openssl rand -base64 32`,
    422,
  ),
  SECRETS_KEY_MISSING: entry<{ context: string }>(
    ({ context }) =>
      `The credential ${context} cannot be encrypted or decrypted without SECRETS_KEY. Make one by: openssl rand -base64 32`,
    422,
  ),
  SECRET_UNREADABLE: entry<{ context: string; reason: string }>(
    ({ context, reason }) => `The credential ${context} cannot be decrypted: ${reason}.`,
    422,
  ),
} satisfies Record<string, Entry<never>>;
