import { describeDriver } from 'backplane/testing';
import { sms } from '../../../extensions/sms/index.ts';
import twilio from '../drivers/twilio.ts';
import { accountSid, authToken, twilioModel } from './twilio-model.ts';

const to = (number: string) => () => ({ to: number, text: 'Tea' });

describeDriver(twilio, {
  capability: sms,
  api: { http: twilioModel },
  instance: ({ url }) => ({ config: { accountSid, from: '+15005550006', url }, secrets: { authToken } }),
  inputs: { send: ({ number }) => ({ to: '+442079460958', text: `Tea at ${number}` }) },
  failures: {
    'a number that is none': {
      operation: 'send',
      input: to('+15005550001'),
      class: 'invalid',
      code: '21211',
    },
    'a number of a land line': {
      operation: 'send',
      input: to('+15005550009'),
      class: 'invalid',
      code: '21614',
    },
    'a number that has unsubscribed': {
      operation: 'send',
      input: to('+15005550004'),
      class: 'declined',
      code: '21610',
    },
    'a country that the account may not send to': {
      operation: 'send',
      input: to('+15005550003'),
      class: 'declined',
      code: '21408',
    },
    'a sender of the message that is none': {
      operation: 'send',
      input: () => ({ ...to('+442079460958')(), from: '+15005550007' }),
      class: 'invalid',
      code: '21606',
    },
    'a sender with too many messages': {
      operation: 'send',
      input: () => ({ ...to('+442079460958')(), from: '+15005550008' }),
      class: 'throttled',
      code: '21611',
    },
  },
});
