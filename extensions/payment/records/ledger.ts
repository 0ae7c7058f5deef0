import { type CallResult, isBackplaneError, type Services } from 'backplane';
import { decide, type Said } from './decide.ts';
import type { RecordKind, RecordRow, ToldObject, Trouble } from './kind.ts';

/** What became of something that a provider said. */
export interface Applied<Row> {
  readonly verdict: 'applied' | 'outdated' | 'ask';
  readonly row: Row;
}

/** What is said of an object, by whom, and how. */
export interface Statement<Told> {
  readonly object: Told;
  readonly instance: string;
  readonly by: Said['by'];
}

/** Times that transactions may get in each other's way before one gives up. */
const retries = 10;

/**
 * Transactions about one record run one after the other, those about others beside it: the row is held until it has ended.
 * Serializable ones would do, too, but get in each other's way whatever they are about, and a storm of webhooks ends in
 * conflicts.
 */
export function alone<
  Row extends RecordRow,
  Told extends ToldObject,
  Values extends { status: string },
  Result,
>(
  kind: RecordKind<Row, Told, Values>,
  services: Services,
  row: Row,
  work: (row: Row) => Promise<Result>,
): Promise<Result> {
  const held = async (): Promise<Result> => {
    // Before anything is read: MariaDB shows what it was like when a transaction first read.
    await kind.hold(services, row);
    return work(await found(kind, services, row.id));
  };
  return services.data.database().transaction(held, { retries });
}

/**
 * Brings a record up to what was said of its object, unless the record knows better. In a transaction: with it hooks and
 * what follows, and after its commit the application is told.
 */
export async function apply<
  Row extends RecordRow,
  Told extends ToldObject,
  Values extends { status: string },
>(
  kind: RecordKind<Row, Told, Values>,
  services: Services,
  before: Row,
  { object, instance, by }: Statement<Told>,
): Promise<Applied<Row>> {
  const values = kind.values(object);
  const said = { status: values.status, asOf: object.asOf, by, differs: differs(before, values) };
  const verdict = decide(before, said, kind.finals);
  if (verdict !== 'apply') return { verdict, row: before };
  const place = { instance: before.instance ?? instance, providerId: object.id, asOf: object.asOf };
  const row = await kind.write(services, before.id, values, place);
  for (const tell of await kind.follow(services, before, row))
    await services.data.database().afterCommit(tell);
  return { verdict: 'applied', row };
}

function differs(row: object, values: object): boolean {
  const known = new Map(Object.entries(row));
  return Object.entries(values).some(
    ([field, value]) => JSON.stringify(known.get(field) ?? null) !== JSON.stringify(value ?? null),
  );
}

/**
 * Brings a record up to what its provider has said, and asks again where that leaves doubts.
 * @returns the record as it is then
 */
export async function settle<
  Row extends RecordRow,
  Told extends ToldObject,
  Values extends { status: string },
>(
  kind: RecordKind<Row, Told, Values>,
  services: Services,
  id: string,
  statement: Statement<Told>,
): Promise<Row> {
  const { verdict, row } = await alone(kind, services, await found(kind, services, id), (before) =>
    apply(kind, services, before, statement),
  );
  if (verdict !== 'ask') return row;
  const object = await kind.ask(services, statement.object.id, { instance: statement.instance });
  return settle(kind, services, id, { ...statement, object, by: 'asked' });
}

/**
 * Makes a call about a record, and writes down what became of it.
 * @throws what the call throws
 */
export async function perform<
  Row extends RecordRow,
  Told extends ToldObject,
  Values extends { status: string },
>(
  kind: RecordKind<Row, Told, Values>,
  services: Services,
  id: string,
  call: () => Promise<CallResult<Told>>,
): Promise<Row> {
  let result: CallResult<Told>;
  try {
    result = await call();
  } catch (error) {
    const trouble = troubleOf(error);
    if (trouble) await writeTrouble(kind, services, id, trouble);
    throw error;
  }
  const { value: object, instance } = result;
  return settle(kind, services, id, { object, instance, by: 'answer' });
}

/** Only of a record that its provider has said nothing of: what it says, an event perhaps, counts more. */
async function writeTrouble<
  Row extends RecordRow,
  Told extends ToldObject,
  Values extends { status: string },
>(kind: RecordKind<Row, Told, Values>, services: Services, id: string, trouble: Trouble): Promise<void> {
  return alone(kind, services, await found(kind, services, id), async (before) => {
    if (before.asOf !== null) return;
    const after = await kind.writeTrouble(services, id, trouble);
    for (const tell of await kind.follow(services, before, after))
      await services.data.database().afterCommit(tell);
  });
}

async function found<Row extends RecordRow, Told extends ToldObject, Values extends { status: string }>(
  kind: RecordKind<Row, Told, Values>,
  services: Services,
  id: string,
): Promise<Row> {
  const row = await kind.find(services, id);
  if (row === undefined) throw new Error(`The record ${id} of a ${kind.name} is gone.`);
  return row;
}

/** What an error of a call says of a record. Others leave it planned: nothing was done, and it may be tried again. */
function troubleOf(error: unknown): Trouble | undefined {
  if (!isBackplaneError(error)) return undefined;
  const { code, details } = error;
  const instance =
    'instance' in details && typeof details.instance === 'string' ? details.instance : undefined;
  const where = instance === undefined ? {} : { instance };
  if (code === 'PROVIDER_OUTCOME_UNKNOWN') return { status: 'unknown', ...where };
  if (code !== 'PROVIDER_DECLINED' && code !== 'PROVIDER_REFUSED') return undefined;
  const reason = 'code' in details && typeof details.code === 'string' ? details.code : 'refused';
  return { status: 'failed', failureCode: reason.slice(0, 100), ...where };
}
