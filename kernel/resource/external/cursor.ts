import { hash } from 'node:crypto';
import { BackplaneError } from '../../errors.ts';

/** Where a page begins: behind so many rows of the page that a driver gives for its own cursor. */
export interface Place {
  /** `undefined`: the first page. */
  readonly cursor: string | undefined;
  readonly skip: number;
}

/** What stands for a request in its cursors: with another filter or order they lead nowhere. */
export function requestHash(filter: unknown, orderBy: unknown): string {
  return hash('sha1', JSON.stringify([filter, orderBy]), 'base64url').slice(0, 12);
}

export function writePlace(request: string, { cursor, skip }: Place): string {
  return Buffer.from(JSON.stringify([request, cursor ?? null, skip])).toString('base64url');
}

/** @throws CURSOR_INVALID */
export function readPlace(request: string, text: string): Place {
  const [made, cursor, skip] = parse(text);
  const isPlace = cursor === null || typeof cursor === 'string';
  if (made !== request || !isPlace || !Number.isSafeInteger(skip) || Number(skip) < 0) throw invalid();
  return { cursor: cursor ?? undefined, skip: Number(skip) };
}

function parse(text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    if (Array.isArray(value)) return value;
  } catch {
    // No JSON: said below.
  }
  throw invalid();
}

function invalid(): BackplaneError {
  return new BackplaneError('CURSOR_INVALID', {
    reason: 'it belongs to a request with another filter or sort',
  });
}
