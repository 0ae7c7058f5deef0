import type { AccessTerm } from '../../data/entity/access-rule.ts';
import type { Actor } from '../../http/actor.ts';
import { isWithinScopes } from '../../http/permission.ts';

/** What somebody lacks who was refused. */
export interface Help {
  /** What a rule asks for, in words: `"blog.post:read" or "blog.post:edit"`. */
  readonly permission?: string;
  /** What the scopes of their credentials would have to reach. */
  readonly scope?: string;
}

/**
 * What would let an actor in whom a rule keeps out.
 *
 * @param operation `<entity>:<operation>`, which scopes have to reach besides what the rule asks for
 */
export function whatHelps(term: AccessTerm, operation: string, { scopes }: Actor): Help {
  const permissions = [...new Set(permissionsOf(term))];
  const scope = [operation, ...permissions].find((one) => !isWithinScopes(scopes, one));
  const permission = inWords(term);
  return {
    ...(permission === undefined ? {} : { permission }),
    ...(scope === undefined ? {} : { scope }),
  };
}

function permissionsOf(term: AccessTerm): readonly string[] {
  if (term.kind === 'can') return [term.permission];
  return term.kind === 'any' || term.kind === 'all' ? term.of.flatMap(permissionsOf) : [];
}

function inWords(term: AccessTerm): string | undefined {
  if (term.kind === 'can') return `"${term.permission}"`;
  if (term.kind !== 'any' && term.kind !== 'all') return undefined;
  const words = new Set(term.of.map(inWords).filter((one) => one !== undefined));
  return words.size === 0 ? undefined : [...words].join(term.kind === 'any' ? ' or ' : ' and ');
}
