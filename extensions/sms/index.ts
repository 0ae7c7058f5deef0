import { defineExtension, drivers } from 'backplane';
import { logDriver } from './delivery/log-driver.ts';
import { memoryDriver, Outbox } from './delivery/memory-driver.ts';
import { Sms } from './sms.ts';

export { sms } from './capabilities/sms.ts';
export { type KeptSms, Outbox } from './delivery/memory-driver.ts';
export type { SmsMessage } from './message.ts';
export { phoneNumber } from './phone-number.ts';
export type { SmsReport } from './reports/report.ts';
export { segmentsOf } from './segments.ts';
export type { Sms, SmsOptions, SmsResult } from './sms.ts';
export type { SmsExpectation, SmsFake } from './sms-fake.ts';

declare module 'backplane' {
  interface Services {
    readonly sms: Sms;
  }
}

export default defineExtension({
  register({ container, contribute, log }) {
    const outbox = new Outbox();
    const production = container.services.kernel.settings.nodeEnv === 'production';
    container.singleton('sms', ({ providers }) => new Sms(providers, outbox));
    // Not in drivers/: they need what belongs to this generation.
    contribute(drivers, logDriver(log, production));
    contribute(drivers, memoryDriver(outbox));
  },
});
