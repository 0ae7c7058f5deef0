import type { DataContext } from 'backplane/data';
import { IdempotencyKey } from '../entities/idempotency-key.ts';

/** Forgets the answers that nobody may ask for any more. */
export async function cleanUp(data: DataContext): Promise<void> {
  const now = new Date(data.now()).toISOString();
  await data.repository(IdempotencyKey).query().where('expiresAt', '<', now).delete();
}
