import { type Reply, reply } from 'backplane';

export const jsonType = 'application/json; charset=utf-8';

export type Headers = Readonly<Record<string, string>>;

/** An answer whose text is written already: what rows hold is decided by their manager. */
export function json(status: number, body: unknown, headers?: Headers): Reply {
  return jsonText(status, JSON.stringify(body), headers);
}

export function jsonText(status: number, text: string, headers?: Headers): Reply {
  return reply(status, text, { 'content-type': jsonType, ...headers });
}
