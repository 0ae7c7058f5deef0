import { describeDriver } from 'backplane/testing';
import { email } from '../capabilities/email.ts';
import { logDriver, memoryDriver } from '../outbox/drivers.ts';
import { Outbox } from '../outbox/outbox.ts';

const message = {
  from: { address: 'no-reply@acme.example' },
  ...{ cc: [], bcc: [], replyTo: [], headers: {}, attachments: [], subject: 'Tea', text: 'At four?' },
};

/** Counts what it keeps, also what it lets go of again. */
class CountingOutbox extends Outbox {
  count = 0;

  override keep(...given: Parameters<Outbox['keep']>): ReturnType<Outbox['keep']> {
    this.count += 1;
    return super.keep(...given);
  }
}

const outbox = new CountingOutbox();
const log = { info: () => {}, warn: () => {} };

for (const driver of [memoryDriver(outbox), logDriver(outbox, log, false)]) {
  describeDriver(driver, {
    capability: email,
    api: {
      local: () => {
        outbox.count = 0;
        return { effects: () => outbox.count };
      },
    },
    instance: () => ({}),
    inputs: { send: ({ number }) => ({ ...message, to: [{ address: `ann${number}@example.org` }] }) },
  });
}
