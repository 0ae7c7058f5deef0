import { defineSettings, Type } from 'backplane';

const config = defineSettings(
  Type.Object({
    from: Type.Optional(
      Type.String({
        minLength: 3,
        description: 'Who mails are from, unless they say: "Acme <no-reply@acme.example>".',
      }),
    ),
    alwaysTo: Type.Optional(
      Type.String({
        minLength: 3,
        description: 'Who gets every mail instead of those it is for: for stages with data of real people.',
      }),
    ),
    appName: Type.String({
      default: 'Backplane',
      minLength: 1,
      maxLength: 100,
      description: 'What mails call this application.',
    }),
    locale: Type.String({
      default: 'en',
      pattern: '^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$',
      description:
        'Language of templates whose names have none, and of mails for whose language there is none.',
    }),
    attachmentLimit: Type.Integer({
      default: 10 * 1024 * 1024,
      minimum: 0,
      unit: 'bytes',
      description: 'What the attachments of one mail may have together.',
    }),
  }),
);

export default config;
