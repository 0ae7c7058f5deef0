import { defineSettings, Type } from 'backplane';

const config = defineSettings(
  Type.Object({
    token: Type.Optional(
      Type.String({
        minLength: 16,
        secret: true,
        description: 'What a scraper must send as "Authorization: Bearer …".',
      }),
    ),
    public: Type.Boolean({
      default: false,
      description: 'Answer everybody, also in production. Only where the network keeps strangers out.',
    }),
  }),
);

export default config;
