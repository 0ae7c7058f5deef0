import { problem, type Reply, type RouteContext, reply } from 'backplane';
import type { DataContext } from 'backplane/data';
import { jsonType } from '../answer/json.ts';
import { IdempotencyKey } from '../entities/idempotency-key.ts';
import type { Served } from '../served.ts';
import { type Claim, claim, isTaken } from './claim.ts';
import { keyedRequest } from './key.ts';

const replayed = { 'idempotency-replayed': 'true' };

/**
 * Does what a request asks for once, however often it is sent with the same `Idempotency-Key`
 * (draft-ietf-httpapi-idempotency-key-header). What it writes and its answer are committed together: after a crash either
 * both are there or neither. A request that fails leaves nothing, so that it may be mended and sent again.
 *
 * What lies behind a provider is in no transaction: there the key is the identity of the work, under which the provider's
 * journal knows what was done.
 *
 * @param work is given what stands for the key, where there is one
 * @throws HttpError 409 while the first is worked on, 422 for a key that belongs to another request
 */
export function once(
  { settings, resource }: Pick<Served, 'settings' | 'resource'>,
  context: RouteContext,
  work: (operationId?: string) => Promise<Reply>,
): Promise<Reply> {
  const keyed = keyedRequest(context);
  if (keyed === undefined) return work();
  const { data } = context.services;
  const spans = resource.external === undefined;
  return claim(data, keyed, settings).then((found) =>
    settle(data, found, { spans, run: () => work(keyed.digest) }),
  );
}

interface Work {
  /** Does a transaction hold it? A connection, and on SQLite everybody else, must not wait for a provider. */
  readonly spans: boolean;
  run(): Promise<Reply>;
}

async function settle(data: DataContext, found: Claim, work: Work): Promise<Reply> {
  switch (found.kind) {
    case 'claimed':
      return perform(data, found.row, work);
    case 'done':
      return replay(found.row);
    case 'busy':
      throw problem(409, 'The first request with this Idempotency-Key is still being worked on.', {
        code: 'REQUEST_IN_PROGRESS',
        headers: { 'retry-after': '1' },
      });
    case 'other':
      throw problem(
        422,
        'This Idempotency-Key belongs to another request. Send a new key with a new request.',
        {
          code: 'IDEMPOTENCY_KEY_REUSED',
          faults: [{ in: 'headers', pointer: '/idempotency-key', message: 'belongs to another request' }],
        },
      );
  }
}

async function perform(data: DataContext, row: IdempotencyKey, { spans, run }: Work): Promise<Reply> {
  const rows = data.repository(IdempotencyKey);
  const { id, updatedAt } = row;
  try {
    const answering = async (): Promise<Reply> => {
      const answer = await run();
      // Whoever has taken it over meanwhile does the work; this is undone then.
      await rows.update(id, stored(answer), { ifUpdatedAt: updatedAt });
      return answer;
    };
    return await (spans ? data.database().transaction(answering) : answering());
  } catch (error) {
    if (isTaken(error) && (await rows.find(id))?.updatedAt !== updatedAt)
      throw problem(409, 'Another request with this Idempotency-Key has taken over.', {
        code: 'REQUEST_IN_PROGRESS',
        headers: { 'retry-after': '1' },
      });
    await rows.query().where({ id, updatedAt }).delete();
    throw error;
  }
}

function stored({ status, headers = {}, body }: Reply) {
  const texts = Object.entries(headers).map(([name, value]) => [name, String(value)]);
  return {
    status,
    headers: Object.fromEntries(texts) as Record<string, string>,
    body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
  };
}

function replay({ status, headers, body }: IdempotencyKey): Reply {
  const given = { ...headers, ...replayed };
  if (body === null) return reply(status ?? 204, undefined, given);
  // What is not written yet is written by the schema of its route.
  const isWritten = headers?.['content-type'] === jsonType;
  return reply(status ?? 200, isWritten ? body : JSON.parse(body), given);
}
