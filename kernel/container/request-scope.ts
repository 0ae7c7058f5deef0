import type { Services } from './services.ts';
import { type Host, ScopeSpaces, type Space } from './space.ts';
import { current } from './stack.ts';

const noErrors: Promise<readonly Error[]> = Promise.resolve(Object.freeze([]));

/**
 * What asynchronous work holds of a scope. Node keeps it with every timer and connection that the work begets, a pooled
 * connection for hours; so it lets go of the scope, and of the generations behind it, when the scope has ended.
 */
export interface ScopeHandle {
  readonly id: string;
  scope: RequestScope | undefined;
  /** Whose code worked in it last: for what that leaves behind. Known once it has ended. */
  owner: string | undefined;
}

/**
 * One request or job: each scoped service has one instance in it. Costs two fields until a service is asked for.
 *
 * @example
 * const scope = new RequestScope(id);
 * const { posts } = scope.of(blog);
 * await scope.dispose();
 */
export class RequestScope {
  /** Goes on log lines. */
  readonly id: string;
  readonly handle: ScopeHandle;
  #spaces: ScopeSpaces | undefined = undefined;
  #ending: Promise<readonly Error[]> | undefined = undefined;

  constructor(id: string) {
    this.id = id;
    this.handle = { id, scope: this, owner: undefined };
  }

  /** The services of a container, with the scoped ones of this request. */
  of(container: Host): Services {
    return this.spaceOf(container).services;
  }

  /** Where the scoped instances of a container are held in this request. */
  spaceOf(container: Host): Space {
    this.#spaces ??= new ScopeSpaces(this.#ending !== undefined);
    return this.#spaces.of(container);
  }

  /** Was anything made that wants to be released? */
  get touched(): boolean {
    return this.#spaces?.disposal?.isEmpty === false;
  }

  /**
   * Releases the scoped instances in reverse order of creation, one after another, each within its time.
   *
   * @returns what went wrong; never rejects
   */
  dispose(): Promise<readonly Error[]> {
    this.#ending ??= this.touched || current() !== undefined ? this.#release() : this.#end();
    return this.#ending;
  }

  #end(): Promise<readonly Error[]> {
    this.handle.scope = undefined;
    if (this.#spaces) this.#spaces.ended = true;
    return noErrors;
  }

  async #release(): Promise<readonly Error[]> {
    // Asked for by a factory: what is under construction is complete, or has failed, once the call stack has unwound.
    await undefined;
    const errors = (await this.#spaces?.disposal?.release()) ?? [];
    await this.#end();
    return errors;
  }
}
