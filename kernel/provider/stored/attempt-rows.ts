import { hash } from 'node:crypto';
import type { Failure } from '../failure.ts';
import { failureOf } from '../failure.ts';
import type { AttemptRow, AttemptState, OperationRef } from '../journal.ts';
import { isEncrypted, type Keyring } from '../keyring.ts';
import { Secret } from '../secret.ts';
import { numberOrNone, textOf, textOrNone } from './statements.ts';

type Row = Readonly<Record<string, unknown>>;

const states: ReadonlySet<string> = new Set<AttemptState>(['planned', 'sent', 'ok', 'rejected', 'unknown']);
const isState = (text: string): text is AttemptState => states.has(text);

/** Of attempts `a` at operations `o`. */
export const attemptColumns =
  'a.id, a.operation as work, a.instance, a.instance_tenant, a.driver, a.domain, a.state, a.planned_at, a.sent_at, a.settled_at, ' +
  'a.failure, a.value, o.capability, o.operation, o.tenant, o.operation_id, o.input_hash';

/** The id of an operation: of any length of names, and the same for everybody. */
export function keyOf({ capability, operation, tenant, operationId }: OperationRef): string {
  return hash('sha256', JSON.stringify([capability, operation, tenant ?? null, operationId]));
}

/** Where an answer belongs; an encrypted one can be read nowhere else. */
export const answerContext = (attempt: string): string => `attempt/${attempt}`;

/**
 * An attempt as it is kept.
 * @throws SECRETS_KEY_MISSING, SECRET_UNREADABLE when its answer cannot be read
 */
export function attemptOf(row: Row, keyring: Keyring): AttemptRow {
  const id = textOf(row, 'id');
  const state = textOf(row, 'state');
  const sentAt = numberOrNone(row, 'sent_at');
  const settledAt = numberOrNone(row, 'settled_at');
  const failure = keptFailure(textOrNone(row, 'failure'));
  const value = textOrNone(row, 'value');
  return {
    capability: textOf(row, 'capability'),
    operation: textOf(row, 'operation'),
    tenant: textOrNone(row, 'tenant'),
    operationId: textOf(row, 'operation_id'),
    inputHash: textOf(row, 'input_hash'),
    id,
    instance: textOf(row, 'instance'),
    instanceTenant: textOrNone(row, 'instance_tenant'),
    driver: textOf(row, 'driver'),
    domain: textOf(row, 'domain'),
    // What nobody can have written is taken for what is safe.
    state: isState(state) ? state : 'unknown',
    plannedAt: numberOrNone(row, 'planned_at') ?? 0,
    ...(sentAt === undefined ? {} : { sentAt }),
    ...(settledAt === undefined ? {} : { settledAt }),
    ...(failure === undefined ? {} : { failure }),
    ...(value === undefined ? {} : { value: readValue(value, id, keyring) }),
  };
}

/** An answer as it is kept: encrypted, where there is a key. */
export function keptValue({ id, value }: AttemptRow, keyring: Keyring): string | null {
  const json: string | undefined = JSON.stringify(value);
  if (json === undefined) return null;
  return keyring.isEmpty ? json : keyring.encrypt(new Secret(json), answerContext(id));
}

function readValue(kept: string, id: string, keyring: Keyring): unknown {
  return JSON.parse(isEncrypted(kept) ? keyring.decrypt(kept, answerContext(id)).reveal() : kept);
}

/** What cannot be read, somebody has written by hand: one such row must not keep the others from being finished. */
function keptFailure(json: string | undefined): Failure | undefined {
  if (json === undefined) return undefined;
  try {
    return failureOf(JSON.parse(json));
  } catch {
    return undefined;
  }
}
