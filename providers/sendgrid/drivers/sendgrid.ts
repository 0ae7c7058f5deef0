import { defineDriver, ResponseError, type Secret, Type } from 'backplane';
import { type EmailMessage, type EmailReceipt, messageIdOf } from '../../../extensions/email/index.ts';
import { classify, toldBy } from '../classify.ts';
import { mailSendBody } from '../mail-send.ts';

export default defineDriver('sendgrid', {
  capability: 'email',
  config: Type.Object(
    {
      /** `https://api.eu.sendgrid.com` for accounts in the European Union. */
      url: Type.String({ default: 'https://api.sendgrid.com', pattern: '^https?://[^/?#]+/?$' }),
      /** Mails are checked, and not delivered. */
      sandbox: Type.Boolean({ default: false }),
    },
    { additionalProperties: false },
  ),
  secrets: ['apiKey'],
  create: ({ url, sandbox }, { apiKey }) => ({
    api: { url, apiKey },
    async send(message, { key, signal }): Promise<EmailReceipt> {
      const messageId = messageIdOf(key, message.from.address);
      const body = JSON.stringify(mailSendBody(message, { messageId, key, sandbox }));
      const response = await request({ url, apiKey }, 'POST', '/v3/mail/send', { body, signal });
      // Its headers say it all: whatever becomes of the body, the mail is taken.
      await response.body?.cancel().catch(() => {});
      const providerId = response.headers.get('x-message-id');
      // Whatever else answers with success, a proxy for instance, is not taken for SendGrid.
      const isTaken = sandbox ? response.status === 200 : response.status === 202 && providerId !== null;
      if (!isTaken) throw new Error('SendGrid answered with something that is no acceptance');
      const accepted = recipientsOf(message);
      return { messageId, accepted, rejected: [], ...(providerId === null ? {} : { providerId }) };
    },
  }),
  classify,
  async health({ api }, { signal }) {
    const said = parsed(await (await request(api, 'GET', '/v3/scopes', { signal })).text());
    if (typeof said !== 'object' || said === null || !('scopes' in said)) {
      throw new Error('SendGrid answered with something that are no scopes');
    }
  },
});

async function request(
  { url, apiKey }: { readonly url: string; readonly apiKey: Secret },
  method: 'GET' | 'POST',
  path: string,
  { body, signal }: { readonly body?: string; readonly signal: AbortSignal },
): Promise<Response> {
  const headers = {
    authorization: `Bearer ${apiKey.reveal()}`,
    accept: 'application/json',
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
  const response = await fetch(new URL(path, url), {
    ...{ method, headers, signal },
    ...(body === undefined ? {} : { body }),
    // Credentials go nowhere else.
    redirect: 'manual',
  });
  if (response.ok) return response;
  const said = parsed(await response.text());
  const error = new ResponseError(response.status, response.headers, said);
  const told = toldBy(said);
  if (told !== '') error.message += `: ${told}`;
  throw error;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function recipientsOf({ to, cc, bcc }: EmailMessage): string[] {
  return [...new Set([...to, ...cc, ...bcc].map(({ address }) => address))];
}
