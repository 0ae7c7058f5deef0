import { CredentialCache } from './credential-cache.ts';

/**
 * What a process knows of credentials. Tokens and API keys are kept apart: each counts only where it was checked for, and an API
 * key that is sent where a token belongs is none.
 */
export class Credentials {
  /** By the whole `authorization` header. */
  readonly tokens: CredentialCache;
  readonly apiKeys: CredentialCache;

  /** @param size of each of both @param lifetime ms that one is relied on */
  constructor(size: number, lifetime: number) {
    this.tokens = new CredentialCache(size, lifetime);
    this.apiKeys = new CredentialCache(size, lifetime);
  }

  /** Sessions, API keys or users that hold no longer. */
  end(ids: readonly string[]): void {
    this.tokens.end(ids);
    this.apiKeys.end(ids);
  }

  /** A user that was ended is there again. */
  revive(userId: string): void {
    this.tokens.revive(userId);
    this.apiKeys.revive(userId);
  }

  /** Has everything checked anew. */
  clear(): void {
    this.tokens.clear();
    this.apiKeys.clear();
  }
}
