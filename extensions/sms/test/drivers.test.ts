import { describeDriver } from 'backplane/testing';
import { sms } from '../capabilities/sms.ts';
import { logDriver } from '../delivery/log-driver.ts';
import { memoryDriver, Outbox } from '../delivery/memory-driver.ts';

const inputs = {
  send: ({ number }: { readonly number: number }) => ({ to: '+442079460958', text: `Tea at ${number}` }),
};
const instance = () => ({});

const outbox = new Outbox();

describeDriver(memoryDriver(outbox), {
  capability: sms,
  api: {
    local: () => {
      outbox.clear();
      return { effects: () => outbox.messages.length };
    },
  },
  instance,
  inputs,
});

const lines: string[] = [];
const write = (...[line]: readonly unknown[]) => void lines.push(String(line));

describeDriver(logDriver({ info: write, warn: write }, false), {
  capability: sms,
  api: {
    local: () => {
      lines.length = 0;
      return { effects: () => lines.length };
    },
  },
  instance,
  inputs,
});
