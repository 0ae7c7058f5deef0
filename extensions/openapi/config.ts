import { defineSettings, Type } from 'backplane';

const config = defineSettings(
  Type.Object({
    title: Type.String({ default: 'API', minLength: 1, description: 'Name of the API.' }),
    version: Type.String({ default: '1.0.0', minLength: 1, description: 'Version of the API.' }),
    description: Type.Optional(Type.String({ description: 'What the API is for; Markdown.' })),
    public: Type.Boolean({
      default: true,
      description:
        'May anybody read the document? Otherwise whoever sends credentials, the root API key among them.',
    }),
    servers: Type.Array(Type.String({ minLength: 1 }), {
      default: ['/'],
      description: 'URLs under which the API answers.',
    }),
  }),
);

export default config;
