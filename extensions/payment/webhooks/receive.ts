import { isBackplaneError, problem, type Services } from 'backplane';
import type { PaymentEvent } from '../contract/events.ts';
import { WebhookEvent } from '../entities/webhook-event.ts';
import { customers } from '../records/customers.ts';
import type { RecordKind, RecordRow, ToldObject } from '../records/kind.ts';
import { alone, apply, type Statement } from '../records/ledger.ts';
import { payments } from '../records/payments.ts';
import { refunds } from '../records/refunds.ts';
import { settleAttempts } from '../records/settle-attempts.ts';
import { subscriptions } from '../records/subscriptions.ts';

/** What became of an event; `known`: it was heard before. */
export type Heard = WebhookEvent['outcome'] | 'known';

/**
 * Hears an event once. It is written down in the transaction that changes the record: who fails has heard nothing, and the
 * provider sends it again.
 *
 * @param instance whose signature it has
 */
export async function hear(services: Services, instance: string, event: PaymentEvent): Promise<Heard> {
  const { subject } = event;
  switch (subject?.kind) {
    case undefined:
      return note(services, instance, event, 'ignored');
    case 'customer':
      return hearOf(customers, services, { instance, event, object: subject.object });
    case 'payment':
      return hearOf(payments, services, { instance, event, object: subject.object });
    case 'refund':
      return hearOf(refunds, services, { instance, event, object: subject.object });
    case 'subscription':
      return hearOf(subscriptions, services, { instance, event, object: subject.object });
  }
}

interface Message<Told> {
  readonly instance: string;
  readonly event: PaymentEvent;
  readonly object: Told;
}

type Step<Told> =
  | { readonly outcome: Heard; readonly unheard?: RecordRow | undefined }
  | { readonly outcome: 'ask'; readonly row: RecordRow; readonly object: Told };

async function hearOf<Row extends RecordRow, Told extends ToldObject, Values extends { status: string }>(
  kind: RecordKind<Row, Told, Values>,
  services: Services,
  message: Message<Told>,
): Promise<Heard> {
  const { instance, object } = message;
  let step = await hearOnce(kind, services, message, { object, instance, by: 'event' });
  if (step.outcome === 'ask') {
    // Outside of the transaction: nobody waits for the network with locks in their hands.
    const asked = await kind.ask(services, object.id, { instance: step.row.instance ?? instance });
    step = await hearOnce(kind, services, message, { object: asked, instance, by: 'asked' });
  }
  if (step.outcome === 'ask') throw new Error('What was asked for is doubted.');
  if (step.unheard) await settleAttempts(services, kind.name, step.unheard.operationId, object);
  return step.outcome;
}

async function hearOnce<Row extends RecordRow, Told extends ToldObject, Values extends { status: string }>(
  kind: RecordKind<Row, Told, Values>,
  services: Services,
  { instance, event, object }: Message<Told>,
  statement: Statement<Told>,
): Promise<Step<Told>> {
  const record = await recordOf(kind, services, object, instance);
  if (record === undefined) return { outcome: await note(services, instance, event, 'ignored') };
  return once(() =>
    alone(kind, services, record, async (row): Promise<Step<Told>> => {
      if (await isKnown(services, instance, event)) return { outcome: 'known' };
      const applied = await apply(kind, services, row, statement);
      if (applied.verdict === 'ask') return { outcome: 'ask', row: applied.row, object };
      await write(services, instance, event, applied.verdict, row.id);
      return { outcome: applied.verdict, unheard: row.asOf === null ? row : undefined };
    }),
  );
}

async function note(
  services: Services,
  instance: string,
  event: PaymentEvent,
  outcome: WebhookEvent['outcome'],
): Promise<Heard> {
  if (await isKnown(services, instance, event)) return 'known';
  const step = await once(async () => {
    await write(services, instance, event, outcome, undefined);
    return { outcome };
  });
  return step.outcome;
}

/** Who was slower than another process has the row refused by its unique key. */
async function once<Result>(work: () => Promise<Result>): Promise<Result | { readonly outcome: 'known' }> {
  try {
    return await work();
  } catch (error) {
    if (!isBackplaneError(error) || error.code !== 'ROW_DUPLICATE') throw error;
    if (!('entity' in error.details) || error.details.entity !== WebhookEvent.name) throw error;
    return { outcome: 'known' };
  }
}

function isKnown({ data }: Services, instance: string, { id: eventId }: PaymentEvent): Promise<boolean> {
  return data.repository(WebhookEvent).query().where({ instance, eventId }).exists();
}

async function write(
  { data }: Services,
  instance: string,
  { id: eventId, type }: PaymentEvent,
  outcome: WebhookEvent['outcome'],
  recordId: string | undefined,
): Promise<void> {
  const row = { instance, eventId, type: type.slice(0, 200), outcome, recordId: recordId ?? null };
  await data.repository(WebhookEvent).create(row);
}

/**
 * The record of an object: by its id, or by the reference that it carries where its answer was lost. Only of who has made
 * it: nobody speaks of the payments of another account.
 */
async function recordOf<Row extends RecordRow, Told extends ToldObject, Values extends { status: string }>(
  kind: RecordKind<Row, Told, Values>,
  services: Services,
  object: Told,
  instance: string,
): Promise<Row | undefined> {
  const isOurs = (row: RecordRow): boolean =>
    row.instance === null || shareAccount(services, row.instance, instance);
  const named = await kind.byProviderId(services, object.id);
  const byId = named.find(isOurs);
  if (byId === undefined) assertConfigured(services, kind.name, named);
  if (byId !== undefined) return byId;
  const row = object.reference === null ? undefined : await kind.find(services, object.reference);
  if (row === undefined) return kind.adopt?.(services, object, { instance, isOurs });
  return row.providerId === null && isOurs(row) ? row : undefined;
}

/**
 * Whether an event is about a record of an instance that is gone cannot be told: it may have been given another name. It is not
 * taken then, so that it comes again, to whoever has put that right.
 *
 * @throws HttpError 409 PAYMENT_INSTANCE_UNKNOWN
 */
function assertConfigured({ providers }: Services, kind: string, rows: readonly RecordRow[]): void {
  const names = providers.list().flatMap((one) => (one.capability === 'payment' ? [one.instance] : []));
  const lost = rows.find(({ instance }) => instance !== null && !names.includes(instance));
  if (lost === undefined) return;
  const detail = `The ${kind} was made by the instance "${lost.instance}", which is not configured any more. Configure it again, with the same "deduplication" as the one that took its place.`;
  throw problem(409, detail, { code: 'PAYMENT_INSTANCE_UNKNOWN' });
}

function shareAccount({ providers }: Services, one: string, other: string): boolean {
  if (one === other) return true;
  const accountOf = (name: string): string | undefined =>
    providers.list().find(({ capability, instance }) => capability === 'payment' && instance === name)
      ?.deduplication;
  const account = accountOf(one);
  return account !== undefined && account === accountOf(other);
}
