import { BackplaneError, problem, type Services } from 'backplane';
import type { RecordKind, RecordRow, ToldObject } from '../records/kind.ts';
import { settle } from '../records/ledger.ts';
import { settleAttempts } from '../records/settle-attempts.ts';

/** A record whose object is known. */
export type Located<Row> = Row & { readonly instance: string; readonly providerId: string };

/**
 * A record with its object. One whose answer was lost is looked for first.
 * @throws ROW_NOT_FOUND; HttpError 409 PAYMENT_RECORD_OPEN where the provider does not know of it (yet)
 */
export async function locate<
  Row extends RecordRow,
  Told extends ToldObject,
  Values extends { status: string },
>(kind: RecordKind<Row, Told, Values>, services: Services, id: string): Promise<Located<Row>> {
  const row = await kind.find(services, id);
  if (row === undefined) throw new BackplaneError('ROW_NOT_FOUND', { entity: `payment.${kind.name}`, id });
  if (isLocated(row)) return row;
  const sought = await seek(kind, services, row);
  if (sought && isLocated(sought)) return sought;
  throw problem(
    409,
    `Whether this ${kind.name} came about is not known, or it did not. Look at its status.`,
    {
      code: 'PAYMENT_RECORD_OPEN',
    },
  );
}

function isLocated<Row extends RecordRow>(row: Row): row is Located<Row> {
  return row.instance !== null && row.providerId !== null;
}

/**
 * Looks for what was made of a record whose answer was lost: where it was sent to, or at all who may have got it.
 *
 * @param silent instances that did not answer before, which are not asked; who does not answer now is added
 * @returns `undefined`: nobody knows of it (yet)
 * @throws what an instance throws that cannot be asked, if no other knows of it
 */
export async function seek<Row extends RecordRow, Told extends ToldObject, Values extends { status: string }>(
  kind: RecordKind<Row, Told, Values>,
  services: Services,
  row: Row,
  silent: Set<string> = new Set(),
): Promise<Row | undefined> {
  const faults: unknown[] = [];
  for (const instance of row.instance === null ? instancesOf(services) : [row.instance]) {
    if (silent.has(instance)) continue;
    let object: Told | undefined;
    try {
      object = await kind.seek(services, { reference: row.id, since: row.createdAt }, { instance });
    } catch (error) {
      // Another one may have it.
      faults.push(error);
      silent.add(instance);
    }
    if (object === undefined) continue;
    const found = await settle(kind, services, row.id, { object, instance, by: 'asked' });
    await settleAttempts(services, kind.name, row.operationId, object);
    return found;
  }
  if (faults.length > 0) throw faults[0];
  return undefined;
}

function instancesOf({ providers }: Services): readonly string[] {
  return providers
    .list()
    .flatMap(({ capability, instance, state, tenant }) =>
      capability === 'payment' && state !== 'invalid' && tenant === undefined ? [instance] : [],
    );
}
