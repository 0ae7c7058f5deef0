import type { AccessRule } from 'backplane';

type Term = AccessRule['term'];

/** A rule in words. */
export function describeRule(term: Term): string {
  switch (term.kind) {
    case 'everybody':
      return 'everybody';
    case 'nobody':
      return 'nobody but root';
    case 'signedIn':
      return 'whoever is signed in';
    case 'can':
      return `whoever is granted "${term.permission}"`;
    case 'rows':
      return `with rows that satisfy ${JSON.stringify(term.filter)}`;
    default: {
      const parts = term.of.map((one) => ('of' in one ? `(${describeRule(one)})` : describeRule(one)));
      return parts.join(term.kind === 'all' ? ' and ' : ' or ');
    }
  }
}

/** The permissions that a rule asks about. */
export function permissionsIn(term: Term): readonly string[] {
  if (term.kind === 'can') return [term.permission];
  return 'of' in term ? [...new Set(term.of.flatMap(permissionsIn))] : [];
}
