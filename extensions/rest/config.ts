import { defineSettings, Type } from 'backplane';

const config = defineSettings(
  Type.Object({
    versions: Type.Array(Type.String({ pattern: '^[a-z0-9][a-z0-9.-]*$' }), {
      default: [],
      description:
        'Versions of the API, each the first part of its paths: "v1,v2". Without one paths have none.',
    }),
    bulkRows: Type.Integer({
      default: 100,
      minimum: 1,
      description: 'Rows that one request may create, change or delete at most.',
    }),
    idempotencyAge: Type.Integer({
      default: 24 * 60 * 60,
      minimum: 60,
      unit: 's',
      description: 'How long the answer to a request with an Idempotency-Key is kept.',
    }),
    idempotencyTimeout: Type.Integer({
      default: 60,
      minimum: 1,
      unit: 's',
      description:
        'After how long a request that has not ended is taken for lost, so that another may do its work.',
    }),
  }),
);

export default config;
