import { defineDriver, type Secret, Type } from 'backplane';
import { classifyTwilio, TwilioError } from '../classify.ts';
import { isSignature, reportsIn, twilioSignature } from '../report.ts';

interface Account {
  readonly url: string;
  readonly authToken: Secret;
  /** Where Twilio reports to, as it knows it. */
  readonly reportUrl: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * The Messages API of Twilio, https://www.twilio.com/docs/messaging/api/message-resource. It heeds no idempotency keys, and its
 * list of messages does not tell which of them a key stood for: what may have been sent is never sent again, and nobody can
 * find out about it.
 */
export default defineDriver('twilio', {
  capability: 'sms',
  config: Type.Object(
    {
      accountSid: Type.String({ pattern: '^AC[0-9a-f]{32}$' }),
      from: Type.Optional(Type.String({ minLength: 1, description: 'Number or name of the sender.' })),
      messagingServiceSid: Type.Optional(Type.String({ pattern: '^MG[0-9a-f]{32}$' })),
      reportUrl: Type.Optional(
        Type.String({
          format: 'uri',
          description: 'Public address of /sms/reports/<instance>, for reports.',
        }),
      ),
      url: Type.String({ format: 'uri', default: 'https://api.twilio.com' }),
    },
    { additionalProperties: false },
  ),
  secrets: ['authToken'],
  deduplicates: false,
  create({ accountSid, from, messagingServiceSid, reportUrl, url }, { authToken }) {
    const account: Account = {
      authToken,
      reportUrl,
      url: `${url.replace(/\/+$/, '')}/2010-04-01/Accounts/${accountSid}`,
      headers: {
        authorization: `Basic ${Buffer.from(`${accountSid}:${authToken.reveal()}`).toString('base64')}`,
        accept: 'application/json',
      },
    };
    return {
      account,
      async send(message, { signal }) {
        const form = new URLSearchParams({ To: message.to, Body: message.text });
        if (message.from !== undefined) form.set('From', message.from);
        else if (messagingServiceSid !== undefined) form.set('MessagingServiceSid', messagingServiceSid);
        else if (from !== undefined) form.set('From', from);
        if (reportUrl !== undefined) form.set('StatusCallback', reportUrl);
        const request = {
          method: 'POST',
          headers: account.headers,
          body: form,
          redirect: 'manual',
          signal,
        } as const;
        const response = await fetch(`${account.url}/Messages.json`, request);
        if (!response.ok) throw new TwilioError(response, await bodyOf(response), message.from !== undefined);
        return created(await response.json());
      },
    };
  },
  classify: classifyTwilio,
  webhook({ account: { authToken, reportUrl } }, { headers, body }) {
    if (reportUrl === undefined)
      return { state: 'refused', reason: 'The instance has no "reportUrl", which Twilio signs.' };
    const form = new URLSearchParams(Buffer.from(body).toString());
    const expected = twilioSignature(reportUrl, form, authToken.reveal());
    // Twilio signs no time: a report may come again, and says the same then.
    return isSignature(headers['x-twilio-signature'], expected)
      ? { state: 'verified', events: reportsIn(form) }
      : { state: 'refused', reason: 'The header "X-Twilio-Signature" does not fit what came.' };
  },
  async health({ account: { url, headers } }, { signal }) {
    const response = await fetch(`${url}.json`, { headers, signal, redirect: 'manual' });
    const said = await bodyOf(response);
    if (!response.ok) throw new TwilioError(response, said, false);
    // A proxy's page answers with 200, too.
    if (typeof said !== 'object' || said === null || !('status' in said))
      throw new Error('Twilio answered with something that is no account.');
  },
});

async function bodyOf(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    return undefined;
  }
}

/** Without a `sid` the answer is not Twilio's, and nobody knows what became of the message. */
function created(body: unknown): { id: string; segments?: number } {
  if (typeof body !== 'object' || body === null || !('sid' in body) || typeof body.sid !== 'string')
    throw new Error('Twilio answered with something that is no message.');
  // A messaging service tells 0: it does not know yet.
  const segments = 'num_segments' in body ? Number(body.num_segments) : 0;
  return { id: body.sid, ...(Number.isInteger(segments) && segments > 0 ? { segments } : {}) };
}
