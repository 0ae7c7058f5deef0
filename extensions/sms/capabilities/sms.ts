import { defineCapability, Type } from 'backplane';

/** Text messages. `keyed`, so that an API that heeds keys may be asked again; those that do not say so in their driver. */
export const sms = defineCapability('sms', {
  fallback: 'log',
  operations: {
    send: {
      safety: 'keyed',
      input: Type.Object({
        to: Type.String({ pattern: '^\\+[1-9][0-9]{6,14}$', description: 'E.164.' }),
        text: Type.String({ minLength: 1, maxLength: 1600 }),
        from: Type.Optional(Type.String({ description: 'Sender; what the instance names if left out.' })),
      }),
      output: Type.Object({
        id: Type.String({ description: 'What the API knows the message by.' }),
        segments: Type.Optional(Type.Integer({ description: 'Messages that the text is sent as.' })),
      }),
      deadline: 20_000,
      attemptTimeout: 8_000,
    },
  },
});

declare module 'backplane' {
  interface Capabilities {
    sms: typeof sms;
  }
}
