import type { Filter } from '../../data/entity/filter.ts';
import type { Actor } from '../../http/actor.ts';

const mark = '$actor.';

/**
 * The filter with who asks put in: `{ authorId: { eq: '$actor.id' } }`. A text that begins with `$` is written `$$…`.
 *
 * @returns `undefined` if the filter asks for something that there is not: without it, the rule holds of no row
 */
export function bindActor(filter: Filter, actor: Actor | undefined): Filter | undefined {
  if (!mentions(filter)) return filter;
  try {
    return bind(filter, actor) as Filter;
  } catch (error) {
    if (error instanceof Unbound) return undefined;
    throw error;
  }
}

class Unbound extends Error {}

const known = new WeakMap<object, boolean>();

/** Rules are the same for all requests, so that it is enough to look through each once. */
function mentions(filter: Filter): boolean {
  const answer = known.get(filter) ?? hasMark(filter);
  known.set(filter, answer);
  return answer;
}

function hasMark(value: unknown): boolean {
  if (typeof value === 'string') return value.startsWith('$');
  return typeof value === 'object' && value !== null && Object.values(value).some(hasMark);
}

function bind(value: unknown, actor: Actor | undefined): unknown {
  if (typeof value === 'string') return value.startsWith('$') ? bound(value, actor) : value;
  if (Array.isArray(value)) return value.map((one) => bind(one, actor));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, bind(one, actor)]));
}

function bound(text: string, actor: Actor | undefined): unknown {
  if (text.startsWith('$$')) return text.slice(1);
  if (!text.startsWith(mark)) return text;
  let value: unknown = actor;
  for (const part of text.slice(mark.length).split('.')) {
    value = isRecord(value) && Object.hasOwn(value, part) ? value[part] : undefined;
  }
  if (value === undefined || value === null) throw new Unbound();
  return value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
