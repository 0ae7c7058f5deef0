import { DisposalLog } from './disposal.ts';
import type { Services } from './services.ts';

/** What a space needs of the container whose instances it holds. */
export interface Host {
  readonly owner: string;
  /** Where its singletons are made. */
  readonly root: Space;
  readonly disposal: DisposalLog;
  readonly ended: boolean;
  servicesIn(space: Space): Services;
}

/** The scoped instances of one container in one request; or, without a scope, the container's root. */
export class Space {
  readonly host: Host;
  readonly scope: ScopeSpaces | undefined;
  /** What a factory of this container is handed here. */
  readonly services: Services;
  /** Scoped instances by their registration's slot. */
  readonly slots: unknown[] = [];
  /** The container touched before this one in the same scope: most requests touch one or two, a list beats a map. */
  readonly next: Space | undefined;

  constructor(host: Host, scope?: ScopeSpaces, next?: Space) {
    this.host = host;
    this.scope = scope;
    this.next = next;
    this.services = host.servicesIn(this);
  }

  get ended(): boolean {
    return this.host.ended || (this.scope?.ended ?? false);
  }

  /** Where an instance made here is noted to be released. */
  get disposal(): DisposalLog {
    if (!this.scope) return this.host.disposal;
    this.scope.disposal ??= new DisposalLog();
    return this.scope.disposal;
  }

  /** The space of another container in the same request, or its root. */
  of(host: Host): Space {
    if (host === this.host) return this;
    return this.scope ? this.scope.of(host) : host.root;
  }
}

/** All spaces of one request, and one log of what they made, across containers. */
export class ScopeSpaces {
  ended: boolean;
  disposal: DisposalLog | undefined = undefined;
  #latest: Space | undefined = undefined;

  constructor(ended: boolean) {
    this.ended = ended;
  }

  of(host: Host): Space {
    for (let space = this.#latest; space; space = space.next) if (space.host === host) return space;
    this.#latest = new Space(host, this, this.#latest);
    return this.#latest;
  }
}
