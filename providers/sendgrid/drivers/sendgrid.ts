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
      const { headers } = await request({ url, apiKey }, 'POST', '/v3/mail/send', { body, signal });
      const providerId = headers.get('x-message-id');
      return {
        messageId,
        accepted: recipientsOf(message),
        rejected: [],
        ...(providerId ? { providerId } : {}),
      };
    },
  }),
  classify,
  async health({ api }, { signal }) {
    await request(api, 'GET', '/v3/scopes', { signal });
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
  const text = await response.text();
  if (response.ok) return response;
  const said = parsed(text);
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
