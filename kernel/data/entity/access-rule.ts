import type { Filter } from './filter.ts';

/** What a rule says, as plain data. */
export type AccessTerm =
  | { readonly kind: 'everybody' | 'nobody' | 'signedIn' }
  | { readonly kind: 'can'; readonly permission: string }
  | { readonly kind: 'rows'; readonly filter: Filter }
  | { readonly kind: 'all' | 'any'; readonly of: readonly AccessTerm[] }
  /** Whoever may do that with the row at the other end of a relation to one. */
  | { readonly kind: 'through'; readonly relation: string; readonly operation: string }
  | { readonly kind: 'fields'; readonly of: AccessTerm; readonly fields: readonly string[] };

/** Who may do something, and with which rows. Made with {@link can} and its like. */
export class AccessRule {
  readonly term: AccessTerm;

  constructor(term: AccessTerm) {
    this.term = term;
  }

  /** Both must hold. */
  and(other: AccessRule | Filter): AccessRule {
    return new AccessRule({ kind: 'all', of: [this.term, termOf(other)] });
  }

  /**
   * The same for these fields only, beside `id`: for what may be read or set.
   * @example update: can('blog.post:update').or(rows({ authorId: { eq: '$actor.id' } }).fields('title', 'body'))
   */
  fields(...names: readonly string[]): AccessRule {
    return new AccessRule({ kind: 'fields', of: this.term, fields: names });
  }

  /** One of both is enough. */
  or(other: AccessRule | Filter): AccessRule {
    return new AccessRule({ kind: 'any', of: [this.term, termOf(other)] });
  }
}

/**
 * Whoever holds a permission, for the rows that it was granted for.
 *
 * @param permission `<resource>:<action>`: `blog.post:read`
 *
 * @example
 * access: { read: can('blog.post:read').or({ status: { eq: 'published' } }) }
 */
export function can(permission: string): AccessRule {
  return new AccessRule({ kind: 'can', permission });
}

/** Whoever has told who they are. */
export function signedIn(): AccessRule {
  return new AccessRule({ kind: 'signedIn' });
}

/** Whoever asks, without credentials too. */
export function everybody(): AccessRule {
  return new AccessRule({ kind: 'everybody' });
}

/** Nobody but the root API key and administrators. */
export function nobody(): AccessRule {
  return new AccessRule({ kind: 'nobody' });
}

/** Whoever asks, with the rows that satisfy a filter; the filter alone says the same where no more is to be said. */
export function rows(filter: Filter): AccessRule {
  return new AccessRule({ kind: 'rows', filter });
}

/**
 * Whoever may do that with the row which this one belongs to.
 *
 * @param relation a `belongsTo` of the entity
 * @param operation of the other entity: `read`, `update`, …
 *
 * @example access: { read: through('post', 'read') } // of comments
 */
export function through(relation: string, operation: string): AccessRule {
  return new AccessRule({ kind: 'through', relation, operation });
}

/** A filter is a rule about rows: everybody may, with those that satisfy it. `$actor.id` in it is who asks. */
export function termOf(rule: AccessRule | Filter): AccessTerm {
  return rule instanceof AccessRule ? rule.term : { kind: 'rows', filter: rule };
}
