import { problem, type Services } from 'backplane';
import { payment } from '../capabilities/payment.ts';
import { poolOperation, type Step } from '../records/pool-operation.ts';

/** What a caller says of one piece of work. */
export interface WorkOptions {
  /** Identity of the work: an order's id, never a random text. What was done under it is not done again. */
  readonly operationId: string;
  readonly signal?: AbortSignal | undefined;
}

const longest = 200;

/**
 * May this work be begun? A transaction that is rolled back would take the record with it, and not what the provider has done.
 * @throws HttpError 422 OPERATION_ID_INVALID; 409 PAYMENT_IN_TRANSACTION
 */
export function checkWork({ data }: Services, { operationId }: WorkOptions): void {
  if (operationId.length === 0 || operationId.length > longest) {
    throw problem(422, `An operationId has 1 to ${longest} characters: an order's id, for example.`, {
      code: 'OPERATION_ID_INVALID',
    });
  }
  if (!data.database().inTransaction) return;
  const detail =
    'Providers of payments cannot be called within a transaction: if it were rolled back, the money would be gone, and the ' +
    'record with it. Call it before or after the transaction (database.afterCommit).';
  throw problem(409, detail, { code: 'PAYMENT_IN_TRANSACTION' });
}

type Operation = 'createCustomer' | 'createPayment' | 'refund' | 'createSubscription';

/**
 * Checks what is given before there is a record, which would say for ever that something is under way.
 * @throws PROVIDER_INPUT_INVALID
 */
export function checkInput(operation: Operation, input: object): void {
  payment.operations.get(operation)?.checkInput({ ...input, reference: 'record' }, payment.name);
}

/** @param instance only there: it has made the object */
export function poolOptions(
  step: Step,
  { operationId, signal }: WorkOptions,
  instance?: string | null,
): { readonly operationId: string; readonly signal?: AbortSignal; readonly instance?: string } {
  return {
    operationId: poolOperation(step, operationId),
    ...(signal === undefined ? {} : { signal }),
    ...(instance == null ? {} : { instance }),
  };
}

/** @throws HttpError 409 OPERATION_REUSED when an operation stands for other work */
export function assertSame(
  operationId: string,
  known: object,
  asked: Readonly<Record<string, unknown>>,
): void {
  const row = new Map(Object.entries(known));
  const other = Object.entries(asked).filter(
    ([field, value]) => (row.get(field) ?? null) !== (value ?? null),
  );
  if (other.length === 0) return;
  const fields = other.map(([field]) => field).join(', ');
  throw problem(409, `The operationId "${operationId}" stands for other work already: ${fields} differ.`, {
    code: 'OPERATION_REUSED',
  });
}
