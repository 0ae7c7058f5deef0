import type { Filter } from './filter.ts';

/** What a rule says, as plain data. */
export type AccessTerm =
  | { readonly kind: 'everybody' | 'nobody' | 'signedIn' }
  | { readonly kind: 'can'; readonly permission: string }
  | { readonly kind: 'rows'; readonly filter: Filter }
  | { readonly kind: 'all' | 'any'; readonly of: readonly AccessTerm[] };

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

/** A filter is a rule about rows: everybody may, with those that satisfy it. `$actor.id` in it is who asks. */
export function termOf(rule: AccessRule | Filter): AccessTerm {
  return rule instanceof AccessRule ? rule.term : { kind: 'rows', filter: rule };
}
