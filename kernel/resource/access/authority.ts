import type { Container, Services } from '../../container/index.ts';
import { currentScope } from '../../container/index.ts';
import type { EntitySchema } from '../../data/entity/entity-schema.ts';
import type { Actor } from '../../http/actor.ts';
import { type Contribution, defineRegistry, type Owner } from '../../snapshot/index.ts';
import type { Grant } from './grant.ts';

/** Who asks, and for what. */
export interface GrantRequest {
  readonly actor: Actor;
  /** `blog.post:read` */
  readonly permission: string;
  /** Whose rows it is about; `undefined` for what is about no entity. */
  readonly entity: EntitySchema | undefined;
  /** The services of the extension that the authority belongs to. */
  readonly services: Services;
}

/** Somebody who knows what actors are granted. An actor may do what any of them grants. */
export interface Authority {
  readonly name: string;
  /** None: nothing is granted. A part of every request: answers at once where it can. */
  grants(request: GrantRequest): readonly Grant[] | Promise<readonly Grant[]>;
  /**
   * The value of the key of the entity's scope (`teamId`) for a new row that does not say it: where the actor could mean
   * but one. `undefined` leaves it missing.
   */
  scopeOf?(request: GrantRequest): string | undefined | Promise<string | undefined>;
}

/** Types an authority; does nothing else. */
export function defineAuthority(authority: Authority): Authority {
  return authority;
}

/** An authority with its owner's services. */
export interface OwnedAuthority {
  readonly name: string;
  grants(request: Omit<GrantRequest, 'services'>): readonly Grant[] | Promise<readonly Grant[]>;
  scopeOf(request: Omit<GrantRequest, 'services'>): string | undefined | Promise<string | undefined>;
}

interface AuthorityOwner extends Owner {
  readonly container: Container;
}

/** Collects `authorities/`. */
export const authorities = defineRegistry<Authority, readonly OwnedAuthority[], AuthorityOwner>({
  name: 'authorities',
  folder: 'authorities',
  expected: 'an authority: { name, grants(request) }',
  accepts: (value): value is Authority =>
    typeof value === 'object' &&
    value !== null &&
    'name' in value &&
    typeof value.name === 'string' &&
    'grants' in value &&
    typeof value.grants === 'function',
  compile: (contributions) => contributions.map(owned),
});

function owned({ value, owner }: Contribution<Authority, AuthorityOwner>): OwnedAuthority {
  const services = (): Services => currentScope()?.of(owner.container) ?? owner.container.services;
  return {
    name: value.name,
    grants: (request) => value.grants({ ...request, services: services() }),
    scopeOf: (request) => value.scopeOf?.({ ...request, services: services() }),
  };
}
