import type { AccessTerm } from '../../data/entity/access-rule.ts';
import type { EntityCatalog } from '../../data/entity/catalog.ts';
import type { EntitySchema } from '../../data/entity/entity-schema.ts';
import type { Filter } from '../../data/entity/filter.ts';
import { filterFaults } from '../../data/plan/filter-faults.ts';
import { isUuid } from '../../data/value/uuid.ts';
import type { Actor } from '../../http/actor.ts';
import { isWithinScopes } from '../../http/permission.ts';
import type { OwnedAuthority } from './authority.ts';
import { bindActor } from './bind-actor.ts';
import { anyGrant, bothGrants, type Grant, unlimited } from './grant.ts';

/** Who asks for what, and whom to ask about them. */
export interface Question {
  readonly actor: Actor | undefined;
  readonly entity: EntitySchema;
  /** `read`, `create`, … or the name of a method. */
  readonly operation: string;
  readonly authorities: readonly OwnedAuthority[];
  /** Where the entity is defined. */
  readonly catalog: EntityCatalog;
}

const none: readonly Grant[] = Object.freeze([]);
const all: readonly Grant[] = Object.freeze([unlimited]);

/**
 * What a rule grants. Default deny: no grants, no access.
 *
 * An actor with scopes (an API key) that do not cover the operation counts as nobody in particular: what everybody may,
 * it may too.
 */
export function grantsOf(term: AccessTerm, question: Question): readonly Grant[] | Promise<readonly Grant[]> {
  const { actor, entity, operation } = question;
  if (actor === undefined) return evaluate(term, question);
  const isCovered = isWithinScopes(actor.scopes, `${entity.name}:${operation}`);
  if (!isCovered) return evaluate(term, { ...question, actor: undefined });
  return isRoot(actor) ? all : evaluate(term, question);
}

/** Is it the root API key, or an administrator? They are above all rules. */
export function isRoot({ roles }: Actor): boolean {
  // Whoever gives a text for the list has said nothing that would be heard here.
  return Array.isArray(roles) && roles.includes('admin');
}

function evaluate(term: AccessTerm, question: Question): readonly Grant[] | Promise<readonly Grant[]> {
  const { actor } = question;
  switch (term.kind) {
    case 'everybody':
      return all;
    case 'nobody':
      return none;
    case 'signedIn':
      return actor === undefined ? none : all;
    case 'rows': {
      const rows = bindActor(term.filter, actor);
      return rows === undefined || !isSound(rows, term.filter, question) ? none : [{ rows }];
    }
    case 'can':
      return actor === undefined ? none : granted(term.permission, actor, question);
    case 'any':
      return join(term.of, question, (lists) => anyGrant(lists.flat()));
    case 'all':
      return join(term.of, question, (lists) => lists.reduce(bothGrants, all));
  }
}

/** An id of another kind than those of rows is that of no row; for it the database would have to be asked nonsense. */
function isSound(bound: Filter, filter: Filter, { actor, catalog, entity }: Question): boolean {
  if (bound === filter || actor === undefined || isUuid(actor.id)) return true;
  return filterFaults(catalog, entity.name, bound, { trusted: true }).length === 0;
}

function granted(
  permission: string,
  actor: Actor,
  { entity, authorities }: Question,
): readonly Grant[] | Promise<readonly Grant[]> {
  if (!isWithinScopes(actor.scopes, permission)) return none;
  const [only] = authorities;
  if (only === undefined) return none;
  const request = { actor, permission, entity };
  if (authorities.length === 1) return only.grants(request);
  return settle(
    authorities.map((authority) => authority.grants(request)),
    (lists) => anyGrant(lists.flat()),
  );
}

type Lists = readonly (readonly Grant[])[];

function join(
  terms: readonly AccessTerm[],
  question: Question,
  combine: (lists: Lists) => readonly Grant[],
): readonly Grant[] | Promise<readonly Grant[]> {
  return settle(
    terms.map((term) => evaluate(term, question)),
    combine,
  );
}

/** At once where all answers are there: each promise on the way of every request would cost. */
function settle(
  lists: readonly (readonly Grant[] | Promise<readonly Grant[]>)[],
  combine: (lists: Lists) => readonly Grant[],
): readonly Grant[] | Promise<readonly Grant[]> {
  const isThere = (list: readonly Grant[] | Promise<readonly Grant[]>): list is readonly Grant[] =>
    !(list instanceof Promise);
  return lists.every(isThere) ? combine(lists) : Promise.all(lists).then(combine);
}
