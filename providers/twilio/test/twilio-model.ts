import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

export const accountSid = `AC${'0123456789abcdef'.repeat(2)}`;
export const authToken = 'hunter2hunter2hunter2hunter2hunt';

/** What comes instead of the answer that the request deserves. */
export type Fault = (res: ServerResponse) => void;

/** A problem as Twilio tells it. */
export const refuse =
  (status: number, code: number, headers: Record<string, string> = {}): Fault =>
  (res) => {
    const body = { code, message: `About ${code}`, more_info: 'https://www.twilio.com/docs/errors', status };
    res.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };

/** Numbers that Twilio gives for tests, by https://www.twilio.com/docs/iam/test-credentials. */
const refusedTo = new Map([
  ['+15005550001', 21211],
  ['+15005550002', 21612],
  ['+15005550003', 21408],
  ['+15005550004', 21610],
  ['+15005550009', 21614],
]);
const refusedFrom = new Map([
  ['+15005550001', 21212],
  ['+15005550007', 21606],
  ['+15005550008', 21611],
]);

export interface TwilioModel {
  readonly listener: RequestListener;
  /** Messages that were taken. */
  effects(): number;
  /** Bodies of all that were to be sent. */
  readonly messages: Record<string, string>[];
  /** Comes once for each next request, the first first. */
  readonly faults: Fault[];
}

/**
 * Twilio's API, as far as it is used here: basic authentication, form bodies, `Messages.json`, and errors by
 * https://www.twilio.com/docs/api/errors.
 */
export function twilioModel(): TwilioModel {
  const messages: Record<string, string>[] = [];
  const faults: Fault[] = [];
  let taken = 0;
  const wanted = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
  const base = `/2010-04-01/Accounts/${accountSid}`;

  const answer = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const { To = '', From = '', MessagingServiceSid, ...rest } = formIn(await text(req));
    const isMessage = req.method === 'POST';
    const sender = MessagingServiceSid === undefined ? { From } : { MessagingServiceSid };
    if (isMessage) messages.push({ To, ...rest, ...sender });
    const fault = faults.shift();
    const code = refusedTo.get(To) ?? refusedFrom.get(From);
    if (fault) fault(res);
    else if (req.headers.authorization !== wanted) refuse(401, 20003)(res);
    else if (req.method === 'GET' && req.url === `${base}.json`) json(res, 200, { status: 'active' });
    else if (!isMessage || req.url !== `${base}/Messages.json`) refuse(404, 20404)(res);
    else if (!req.headers['content-type']?.startsWith('application/x-www-form-urlencoded'))
      refuse(400, 21604)(res);
    else if (From === '' && MessagingServiceSid === undefined) refuse(400, 21603)(res);
    else if (code !== undefined) refuse(code === 21611 ? 429 : 400, code)(res);
    else {
      taken += 1;
      const num_segments = MessagingServiceSid === undefined ? '1' : '0';
      json(res, 201, { sid: `SM${taken}`, status: 'queued', num_segments, error_code: null });
    }
  };
  return { listener: (req, res) => void answer(req, res), effects: () => taken, messages, faults };
}

function formIn(body: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(body));
}

function json(res: ServerResponse, status: number, body: object): void {
  res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
