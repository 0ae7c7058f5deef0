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
    case 'through':
      return `whoever may "${term.operation}" the row of its "${term.relation}"`;
    case 'fields':
      return `${inBrackets(term.of)} for the fields ${term.fields.join(', ')}`;
    default:
      return term.of.map(inBrackets).join(term.kind === 'all' ? ' and ' : ' or ');
  }
}

function inBrackets(term: Term): string {
  const isLong = term.kind === 'all' || term.kind === 'any' || term.kind === 'fields';
  return isLong ? `(${describeRule(term)})` : describeRule(term);
}

/** The permissions that a rule asks about. */
export function permissionsIn(term: Term): readonly string[] {
  switch (term.kind) {
    case 'can':
      return [term.permission];
    case 'fields':
      return permissionsIn(term.of);
    case 'all':
    case 'any':
      return [...new Set(term.of.flatMap(permissionsIn))];
    default:
      return [];
  }
}
