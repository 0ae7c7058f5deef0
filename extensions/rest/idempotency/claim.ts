import { isBackplaneError } from 'backplane';
import type { DataContext, Repository } from 'backplane/data';
import { IdempotencyKey } from '../entities/idempotency-key.ts';
import type { RestSettings } from '../served.ts';
import type { KeyedRequest } from './key.ts';

/** Who may work on a request: whoever has claimed it, and as long as nobody has taken it over. */
export type Claim =
  | { readonly kind: 'claimed'; readonly row: IdempotencyKey }
  /** It was answered before. */
  | { readonly kind: 'done'; readonly row: IdempotencyKey }
  /** Somebody works on it at this moment. */
  | { readonly kind: 'busy' }
  /** The key belongs to another request. */
  | { readonly kind: 'other' };

/** Claims a request for whoever comes first: the unique digest lets one in. */
export async function claim(
  data: DataContext,
  { digest, request }: KeyedRequest,
  settings: RestSettings,
): Promise<Claim> {
  const rows = data.repository(IdempotencyKey);
  const expiresAt = new Date(data.now() + settings.idempotencyAge * 1000).toISOString();
  try {
    return { kind: 'claimed', row: await rows.create({ digest, request, expiresAt }) };
  } catch (error) {
    if (!isBackplaneError(error) || error.code !== 'ROW_DUPLICATE') throw error;
  }
  const known = await rows.query().where({ digest }).first();
  // Given up in between: whoever sends it again gets it.
  if (known === undefined) return { kind: 'busy' };
  const isExpired = Date.parse(known.expiresAt) <= data.now();
  if (!isExpired && known.request !== request) return { kind: 'other' };
  if (!isExpired && known.status !== null) return { kind: 'done', row: known };
  const isLost = Date.parse(known.updatedAt) + settings.idempotencyTimeout * 1000 <= data.now();
  return isExpired || isLost ? takeOver(rows, known, { request, expiresAt }) : { kind: 'busy' };
}

async function takeOver(
  rows: Repository<typeof IdempotencyKey>,
  { id, updatedAt }: IdempotencyKey,
  mine: { readonly request: string; readonly expiresAt: string },
): Promise<Claim> {
  try {
    const anew = { ...mine, status: null, headers: null, body: null };
    return { kind: 'claimed', row: await rows.update(id, anew, { ifUpdatedAt: updatedAt }) };
  } catch (error) {
    if (isTaken(error)) return { kind: 'busy' };
    throw error;
  }
}

/** Has somebody else taken it over, or given it up? */
export function isTaken(error: unknown): boolean {
  return isBackplaneError(error) && (error.code === 'ROW_CHANGED' || error.code === 'ROW_NOT_FOUND');
}
