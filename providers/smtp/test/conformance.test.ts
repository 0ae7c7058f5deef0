import { describeDriver } from 'backplane/testing';
import { email } from '../../../extensions/email/index.ts';
import smtp from '../drivers/smtp.ts';
import { MailServer, reply } from './support/mail-server.ts';

const password = 'a-password-for-tests';

const message = {
  from: { address: 'no-reply@acme.example' },
  ...{ cc: [], bcc: [], replyTo: [], headers: {}, attachments: [], subject: 'Tea', text: 'At four?' },
};

describeDriver(smtp, {
  capability: email,
  api: {
    tcp: async () => {
      const server = await MailServer.start({
        authOptional: false,
        allowInsecureAuth: true,
        onAuth: (given, _session, done) =>
          given.password === password
            ? done(null, { user: given.username })
            : done(reply(535, '5.7.8 Bad credentials')),
        onRcptTo: ({ address }, _session, done) =>
          done(address.startsWith('no') ? reply(550, '5.1.1 No such user') : null),
      });
      return {
        port: server.port,
        effects: () => server.arrived.length,
        close: () => server[Symbol.asyncDispose](),
      };
    },
  },
  instance: ({ host, port }) => ({
    config: { host, port, security: 'none', user: 'acme' },
    secrets: { password },
  }),
  inputs: { send: ({ number }) => ({ ...message, to: [{ address: `ann${number}@example.org` }] }) },
  failures: {
    'an unknown recipient': {
      operation: 'send',
      input: () => ({ ...message, to: [{ address: 'nobody@example.org' }] }),
      class: 'declined',
      code: '550',
    },
  },
});
