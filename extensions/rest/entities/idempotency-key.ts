import { defineEntity, type Entity, nobody, Type } from 'backplane';

/** A request with an `Idempotency-Key`: what it was, and what was answered once it is done. */
export const IdempotencyKey = defineEntity('rest.idempotency-key', {
  fields: {
    /** Hash of who sent it, where to and the key. */
    digest: Type.String({ maxLength: 64, unique: true }),
    /** Hash of what was sent. */
    request: Type.String({ maxLength: 64 }),
    /** Of the answer; none while it is being worked on. */
    status: Type.Optional(Type.Integer()),
    headers: Type.Optional(Type.Record(Type.String(), Type.String())),
    body: Type.Optional(Type.String()),
    expiresAt: Type.Timestamp({ index: true }),
  },
  timestamps: true,
  access: { read: nobody(), create: nobody(), update: nobody(), delete: nobody(), aggregate: nobody() },
  expose: { rest: false, graphql: false },
});
export type IdempotencyKey = Entity<typeof IdempotencyKey>;

declare module 'backplane' {
  interface Entities {
    'rest.idempotency-key': typeof IdempotencyKey;
  }
}
