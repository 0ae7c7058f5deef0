import { Type } from 'backplane';
import type { ApiKey } from '../entities/api-key.ts';
import type { Session } from '../entities/session.ts';
import type { User } from '../entities/user.ts';

const Moment = Type.String({ format: 'date-time' });
const Nullable = <Schema extends Parameters<typeof Type.Union>[0][number]>(schema: Schema) =>
  Type.Union([schema, Type.Null()]);

/** Somebody, as they see themselves. */
export const UserView = Type.Object({
  id: Type.String({ format: 'uuid' }),
  email: Type.String(),
  name: Nullable(Type.String()),
  emailVerified: Type.Boolean(),
  admin: Type.Boolean(),
  createdAt: Moment,
});

export function userView({ id, email, name, emailVerifiedAt, admin, createdAt }: User) {
  return { id, email, name, emailVerified: emailVerifiedAt !== null, admin, createdAt };
}

export const TokensView = Type.Object({
  accessToken: Type.String(),
  tokenType: Type.Literal('Bearer'),
  expiresIn: Type.Integer({ description: 'Seconds that the access token holds.' }),
  refreshToken: Type.String({ description: 'Gives new tokens, once.' }),
});

export const SessionView = Type.Object({
  id: Type.String({ format: 'uuid' }),
  current: Type.Boolean({ description: 'Is it the one that asks?' }),
  createdAt: Moment,
  lastUsedAt: Moment,
  expiresAt: Moment,
  ip: Nullable(Type.String()),
  userAgent: Nullable(Type.String()),
  amr: Type.Array(Type.String(), { description: 'How its user was recognised (RFC 8176).' }),
});

export function sessionView(session: Session, current: string | undefined) {
  const { id, createdAt, lastUsedAt, expiresAt, ip, userAgent, amr } = session;
  return { id, current: id === current, createdAt, lastUsedAt, expiresAt, ip, userAgent, amr: amr ?? [] };
}

export const ApiKeyView = Type.Object({
  id: Type.String({ format: 'uuid' }),
  name: Type.String(),
  prefix: Type.String({ description: 'What the key begins with.' }),
  scopes: Type.Array(Type.String()),
  expiresAt: Nullable(Moment),
  lastUsedAt: Nullable(Moment),
  createdAt: Moment,
});

export function apiKeyView({ id, name, prefix, scopes, expiresAt, lastUsedAt, createdAt }: ApiKey) {
  return { id, name, prefix, scopes, expiresAt, lastUsedAt, createdAt };
}

/** What is told where nothing may be told of an account. */
export const Accepted = Type.Object({ message: Type.String() });
