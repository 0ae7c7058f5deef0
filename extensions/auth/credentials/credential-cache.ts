import type { AuthenticatedUser } from '../actor.ts';

/** Credentials that were checked, and for how long nobody has to check them again. */
export class Admission {
  readonly actor: AuthenticatedUser;
  /** ms since the epoch. */
  readonly until: number;
  /** Id of the session or API key. */
  readonly through: string;

  constructor(actor: AuthenticatedUser, until: number, through: string) {
    this.actor = actor;
    this.until = until;
    this.through = through;
  }
}

/** ms that an id stays on the list of those that ended: longer than any check takes that began before. */
const remembered = 60_000;

/**
 * Checked tokens and API keys of one process. It is what keeps signatures and the database off the way of most requests.
 * Of the number it may hold, those used last stay: two halves, of which the older is dropped when the younger is full.
 */
export class CredentialCache {
  readonly #half: number;
  readonly #lifetime: number;
  #young = new Map<string, Admission>();
  #old = new Map<string, Admission>();
  /** Sessions, API keys and users that have ended, and when (ms): whoever is just being checked is refused, too. */
  readonly #ended = new Map<string, number>();

  /** @param size admissions at most @param lifetime ms that one is relied on */
  constructor(size: number, lifetime: number) {
    this.#half = Math.floor(size / 2);
    this.#lifetime = lifetime;
  }

  /** Whose credentials these are, if they were checked lately. @param now ms since the epoch */
  find(credentials: string, now: number): AuthenticatedUser | undefined {
    const admission = this.#young.get(credentials) ?? this.#revive(credentials);
    if (admission === undefined || admission.until <= now || this.hasEnded(admission)) return undefined;
    return admission.actor;
  }

  /** @param expires ms since the epoch; they hold no longer than that */
  admit(actor: AuthenticatedUser, through: string, expires: number, now: number): Admission {
    return new Admission(actor, Math.min(expires, now + this.#lifetime), through);
  }

  remember(credentials: string, admission: Admission): void {
    if (this.#half === 0 || this.#lifetime === 0) return;
    if (this.#young.size >= this.#half) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(credentials, admission);
  }

  /** Was its session, API key or user ended lately? */
  hasEnded({ actor, through }: Admission): boolean {
    return this.#ended.size > 0 && (this.#ended.has(through) || this.#ended.has(actor.id));
  }

  /** Sessions, API keys or users that hold no longer. */
  end(ids: readonly string[]): void {
    const now = Date.now();
    for (const [id, at] of this.#ended) {
      if (now - at < remembered + this.#lifetime) break;
      this.#ended.delete(id);
    }
    for (const id of ids) this.#ended.set(id, now);
  }

  /** A user that was ended is there again. */
  revive(id: string): void {
    this.#ended.delete(id);
    this.clear();
  }

  /** Has what belongs to a session or API key checked anew. */
  forget(through: string): void {
    for (const half of [this.#young, this.#old]) {
      for (const [credentials, admission] of half)
        if (admission.through === through) half.delete(credentials);
    }
  }

  /** Has everything checked anew. */
  clear(): void {
    this.#young = new Map();
    this.#old = new Map();
  }

  #revive(credentials: string): Admission | undefined {
    const admission = this.#old.get(credentials);
    if (admission !== undefined) this.remember(credentials, admission);
    return admission;
  }
}
