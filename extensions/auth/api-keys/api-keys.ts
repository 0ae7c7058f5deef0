import { timingSafeEqual } from 'node:crypto';
import { isWithinScopes, problem } from 'backplane';
import { actorOf } from '../actor.ts';
import type { Admission, CredentialCache } from '../credentials/credential-cache.ts';
import { ApiKey } from '../entities/api-key.ts';
import type { AuthEnvironment } from '../environment.ts';
import { createApiKey, parseApiKey } from './key-text.ts';

/** Milliseconds between two notes of when a key was used. */
const noteEvery = 60_000;

/** Keys that one user may have. */
const most = 100;

/** The last moment that databases hold. */
const latest = Date.parse('9999-12-31T23:59:59.999Z');

export interface NewApiKey {
  readonly name: string;
  readonly scopes: readonly string[];
  /** Moment; it never expires without one. */
  readonly expiresAt?: string | null;
}

/** Keys with which programs act for users. */
export class ApiKeys {
  readonly #environment: AuthEnvironment;
  readonly #credentials: CredentialCache;

  constructor(environment: AuthEnvironment, credentials: CredentialCache) {
    this.#environment = environment;
    this.#credentials = credentials;
  }

  /**
   * Makes a key. Its text is told here and never again.
   *
   * @param limit scopes of whoever makes it: a key may not do more
   * @throws HttpError 403 for scopes beyond the limit, 409 when the user has too many, 422 for no moment, or one that has passed
   */
  async create(
    userId: string,
    { name, scopes, expiresAt = null }: NewApiKey,
    limit?: readonly string[],
  ): Promise<{ readonly key: string; readonly row: ApiKey }> {
    const beyond = scopes.filter((scope) => !isWithinScopes(limit, scope));
    if (beyond.length > 0) {
      throw problem(403, `These credentials may not do ${beyond.join(', ')} themselves.`, {
        code: 'SCOPE_EXCEEDED',
      });
    }
    const expires = expiresAt === null ? null : this.#expiry(expiresAt);
    if ((await this.#repository.count({ userId })) >= most) {
      throw problem(409, `There are ${most} API keys already. Delete one.`, { code: 'API_KEYS_TOO_MANY' });
    }
    const { text, prefix, hash } = createApiKey();
    const values = { userId, name, scopes: [...scopes], expiresAt: expires, prefix, hash };
    const row = await this.#repository.create(values);
    await this.#emit('auth.api-key-created', { userId, apiKeyId: row.id });
    return { key: text, row };
  }

  list(userId: string): Promise<ApiKey[]> {
    return this.#repository.query().where({ userId }).oldest().get();
  }

  /** @returns had the user such a key? */
  async revoke(userId: string, id: string): Promise<boolean> {
    const deleted = await this.#repository.query().where({ id, userId }).delete();
    if (deleted > 0) await this.#emit('auth.api-key-revoked', { userId, apiKeyIds: [id] });
    return deleted > 0;
  }

  async revokeAll(userId: string): Promise<void> {
    const apiKeyIds = await this.#repository.query().where({ userId }).pluck('id');
    if (apiKeyIds.length === 0) return;
    await this.#repository.query().where({ userId }).delete();
    await this.#emit('auth.api-key-revoked', { userId, apiKeyIds });
  }

  /** Whose key this is, `undefined` when it is nobody's, or does not hold any longer. */
  async admit(text: string): Promise<Admission | undefined> {
    const given = parseApiKey(text);
    if (!given) return undefined;
    const now = this.#now();
    const row = await this.#repository.query().where('prefix', given.prefix).withJoined('user').first();
    if (!row || !timingSafeEqual(Buffer.from(given.hash), Buffer.from(row.hash))) return undefined;
    const expires = row.expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(row.expiresAt);
    if (expires <= now || row.user.disabledAt !== null) return undefined;
    if (row.lastUsedAt === null || now - Date.parse(row.lastUsedAt) > noteEvery) {
      await this.#repository
        .query()
        .where('id', row.id)
        .update({ lastUsedAt: new Date(now).toISOString() });
    }
    return this.#credentials.admit(actorOf(row.user, 'api-key', row.scopes), row.id, expires, now);
  }

  /** The moment as rows have it: RFC 3339 writes some that no clock here shows, such as leap seconds. */
  #expiry(given: string): string {
    const moment = Date.parse(given);
    if (Number.isNaN(moment) || moment > latest) {
      const detail =
        'The moment of "expiresAt" must be one of a calendar without leap seconds, up to the year 9999.';
      throw problem(422, detail, { code: 'EXPIRY_INVALID' });
    }
    if (moment > this.#now()) return new Date(moment).toISOString();
    throw problem(422, 'The moment of "expiresAt" has passed.', { code: 'EXPIRY_PASSED' });
  }

  get #repository() {
    return this.#environment.services.data.repository(ApiKey);
  }

  #now(): number {
    return this.#environment.services.data.now();
  }

  get #emit() {
    const { events } = this.#environment.services.kernel;
    return events.emit.bind(events);
  }
}
