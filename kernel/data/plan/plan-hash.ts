import { hash } from 'node:crypto';
import type { ListPlan } from './plan.ts';

/**
 * What a cursor's place depends on: entity, order and what the request asks of rows. Neither the page, nor what is read,
 * nor row rules: a client whose rights change may go on where it is.
 */
export function planHash({ source, where, order }: ListPlan): string {
  const relevant = [source.entity, source.deleted, order, where ?? null];
  const text = JSON.stringify(relevant, (key, value: unknown) =>
    // Places of values shift when a rule has values of its own.
    key === 'access' || typeof value === 'number' ? undefined : value,
  );
  return hash('sha256', text, 'base64url').slice(0, 8);
}
