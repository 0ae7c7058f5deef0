import { Type } from 'backplane';
import { masked } from '../codes/masked.ts';
import type { Device } from '../entities/device.ts';
import type { Factor } from '../entities/factor.ts';
import { FactorName } from './input.ts';

const Moment = Type.String({ format: 'date-time' });
const nullable = (schema: typeof Moment | ReturnType<typeof Type.String>) =>
  Type.Union([schema, Type.Null()]);

export const RecoveryCodesView = Type.Array(Type.String(), {
  description: 'To be kept where the other factors are not. They are told here and never again.',
});

/** An access token of a session that goes on. */
export const AccessView = {
  accessToken: Type.String(),
  tokenType: Type.Literal('Bearer'),
  expiresIn: Type.Integer({ description: 'Seconds that the access token holds.' }),
};

export const SentView = Type.Object({
  sentTo: Type.String({ description: 'Part of the address or number.' }),
  expiresIn: Type.Integer({ description: 'Seconds that the code holds.' }),
});

export const FactorView = Type.Object({
  factor: FactorName,
  createdAt: Moment,
  lastUsedAt: nullable(Moment),
  phone: nullable(Type.String({ description: 'Part of the number.' })),
});

export function factorView({ type, createdAt, lastUsedAt, phone }: Factor) {
  return { factor: type, createdAt, lastUsedAt, phone: phone === null ? null : masked(phone) };
}

export const DeviceView = Type.Object({
  id: Type.String({ format: 'uuid' }),
  userAgent: nullable(Type.String()),
  ip: nullable(Type.String()),
  createdAt: Moment,
  lastUsedAt: Moment,
  expiresAt: Moment,
});

export function deviceView({ id, userAgent, ip, createdAt, lastUsedAt, expiresAt }: Device) {
  return { id, userAgent, ip, createdAt, lastUsedAt, expiresAt };
}
