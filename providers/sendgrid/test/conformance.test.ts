import { describeDriver } from 'backplane/testing';
import { email } from '../../../extensions/email/index.ts';
import sendgrid from '../drivers/sendgrid.ts';
import { apiKey, SendGridServer } from './support/sendgrid-server.ts';

const message = {
  from: { address: 'no-reply@acme.example' },
  ...{ cc: [], bcc: [], replyTo: [], headers: {}, attachments: [], subject: 'Tea', text: 'At four?' },
};

const saying = (text: string, field: string | null = null) => ({
  body: { errors: [{ message: text, field }] },
});

describeDriver(sendgrid, {
  capability: email,
  api: {
    http: async () => {
      const server = await SendGridServer.start();
      return {
        port: Number(new URL(server.url).port),
        effects: () => server.mails.length,
        close: () => server[Symbol.asyncDispose](),
      };
    },
  },
  instance: ({ url }) => ({ config: { url }, secrets: { apiKey } }),
  inputs: { send: ({ number }) => ({ ...message, to: [{ address: `ann${number}@example.org` }] }) },
  answers: {
    400: saying('The subject is required', 'subject'),
    401: saying('The provided authorization grant is invalid, expired, or revoked'),
    403: saying('access forbidden'),
    404: { ...saying('not found'), class: 'config' },
    429: saying('too many requests'),
  },
});
