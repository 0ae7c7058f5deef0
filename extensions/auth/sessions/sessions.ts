import { signAccessToken } from '../credentials/access-token.ts';
import { RefreshToken } from '../entities/refresh-token.ts';
import { Session } from '../entities/session.ts';
import { type AuthEnvironment, momentIn } from '../environment.ts';
import type { RevocationReason } from '../events.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import { digestOf, randomToken } from '../secrets/random-token.ts';
import type { Client } from './client.ts';
import type { Tokens } from './tokens.ts';

type Live = Pick<Session, 'id' | 'userId' | 'scopes' | 'amr' | 'authenticatedAt'>;

/** Logins, and the families of refresh tokens that go on from them. */
export class Sessions {
  readonly #environment: AuthEnvironment;
  readonly #keys: KeyRing;

  constructor(environment: AuthEnvironment, keys: KeyRing) {
    this.#environment = environment;
    this.#keys = keys;
  }

  /**
   * Begins a session. It is always a new one: nothing that the client brings along becomes part of it.
   *
   * @param scopes what its tokens may do at most; no limit without
   * @param amr how its user was recognised (RFC 8176); `mfa` among it says that there was a second factor
   */
  async open(
    userId: string,
    { ip, userAgent }: Client,
    scopes: readonly string[] | null = null,
    amr: readonly string[] = ['pwd'],
  ): Promise<Tokens> {
    const { settings } = this.#environment;
    const now = momentIn(0, this.#environment);
    const session = await this.#sessions.create({
      userId,
      scopes: scopes === null ? null : [...scopes],
      ip: ip ?? null,
      userAgent: userAgent ?? null,
      amr: [...amr],
      authenticatedAt: now,
      secondFactorAt: amr.includes('mfa') ? now : null,
      lastUsedAt: now,
      expiresAt: momentIn(
        Math.min(settings.refreshTokenLifetime, settings.sessionLifetime),
        this.#environment,
      ),
    });
    const tokens = await this.#issue(session, await this.#nextRefreshToken(session.id, session.expiresAt));
    await this.#emit('auth.logged-in', { userId, sessionId: session.id });
    return tokens;
  }

  /**
   * New tokens for a refresh token, which is used up by it. One that was used before is known to two: the session ends
   * (RFC 9700, 4.14.2).
   *
   * @returns `undefined` for a token that does not hold, whatever the reason
   */
  async refresh(token: string): Promise<Tokens | undefined> {
    const { settings, services } = this.#environment;
    const found = await this.#refreshTokens
      .query()
      .where('hash', digestOf(token))
      .with('session.user')
      .first();
    if (!found) return undefined;
    const { session } = found;
    const now = services.data.now();
    if (found.usedAt !== null) return this.#reused(session);
    const isOver = session.revokedAt !== null || Date.parse(session.expiresAt) <= now;
    if (isOver || Date.parse(found.expiresAt) <= now || session.user.disabledAt !== null) return undefined;

    const ends = Date.parse(session.createdAt) + settings.sessionLifetime * 1000;
    const expiresAt = new Date(Math.min(now + settings.refreshTokenLifetime * 1000, ends)).toISOString();
    const next = await this.#sessions.transaction(async () => {
      // The row decides between two who come at the same time.
      const used = await this.#refreshTokens
        .query()
        .where('id', found.id)
        .whereNull('usedAt')
        .update({ usedAt: momentIn(0, this.#environment) });
      if (used === 0) return undefined;
      await this.#sessions.update(session.id, { lastUsedAt: momentIn(0, this.#environment), expiresAt });
      return this.#nextRefreshToken(session.id, expiresAt);
    });
    return next === undefined ? this.#reused(session) : this.#issue(session, next);
  }

  /**
   * The user of a session has been recognised again. Its access tokens that are known hold as before, and count as raised, too.
   *
   * @param amr how: with `mfa` among it by a second factor, besides what is known of it; otherwise by this alone
   * @returns another access token, which says so; `undefined` when the session does not go on
   */
  async raise(
    userId: string,
    sessionId: string,
    amr: readonly string[],
  ): Promise<Omit<Tokens, 'refreshToken'> | undefined> {
    const session = await this.#live(userId).where('id', sessionId).first();
    if (!session) return undefined;
    const now = momentIn(0, this.#environment);
    const isBesides = amr.includes('mfa');
    const changes = {
      // Tokens say it together with when: a second factor of long ago is none of now.
      amr: isBesides ? [...new Set([...(session.amr ?? []), ...amr])] : [...amr],
      authenticatedAt: now,
      ...(isBesides ? { secondFactorAt: now } : {}),
    };
    if ((await this.#live(userId).where('id', sessionId).update(changes)) === 0) return undefined;
    await this.#emit('auth.session-raised', { userId, sessionId });
    return this.#accessToken({ ...session, ...changes });
  }

  /** The sessions of a user that go on, the one used last first. */
  list(userId: string): Promise<Session[]> {
    return this.#live(userId).latest('lastUsedAt').get();
  }

  /** Does a session go on? */
  async isLive(userId: string, sessionId: string): Promise<boolean> {
    return this.#live(userId).where('id', sessionId).exists();
  }

  /** Ends one session. @returns had the user such a session? */
  async revoke(userId: string, sessionId: string, reason: RevocationReason): Promise<boolean> {
    const ended = await this.#sessions
      .query()
      .where({ id: sessionId, userId })
      .whereNull('revokedAt')
      .update({ revokedAt: momentIn(0, this.#environment) });
    if (ended > 0) await this.#emit('auth.session-revoked', { userId, sessionIds: [sessionId], reason });
    return ended > 0;
  }

  /** Ends all sessions of a user. @param except one that goes on */
  async revokeAll(userId: string, reason: RevocationReason, except?: string): Promise<void> {
    const sessions = this.#sessions.query().where({ userId }).whereNull('revokedAt');
    const ended = except === undefined ? sessions : sessions.where('id', '!=', except);
    const sessionIds = await ended.pluck('id');
    if (sessionIds.length === 0) return;
    await ended.update({ revokedAt: momentIn(0, this.#environment) });
    // Rolled back, they have not ended.
    const { data } = this.#environment.services;
    await data
      .database()
      .afterCommit(() => this.#emit('auth.session-revoked', { userId, sessionIds, reason }));
  }

  /** Deletes what expired. */
  async sweep(): Promise<void> {
    const now = momentIn(0, this.#environment);
    await this.#sessions.query().where('expiresAt', '<', now).delete();
    await this.#refreshTokens.query().where('expiresAt', '<', now).delete();
  }

  #live(userId: string) {
    return this.#sessions
      .query()
      .where({ userId })
      .whereNull('revokedAt')
      .where('expiresAt', '>', momentIn(0, this.#environment));
  }

  async #reused({ id: sessionId, userId }: Live): Promise<undefined> {
    const isNew = await this.revoke(userId, sessionId, 'refresh-reused');
    if (isNew) {
      this.#environment.log.warn(
        { userId, sessionId },
        'A refresh token was used twice; its session has been ended.',
      );
      await this.#emit('auth.refresh-reused', { userId, sessionId });
    }
    return undefined;
  }

  async #nextRefreshToken(sessionId: string, expiresAt: string): Promise<string> {
    const token = randomToken();
    await this.#refreshTokens.create({ sessionId, hash: digestOf(token), expiresAt });
    return token;
  }

  async #issue(session: Live, refreshToken: string): Promise<Tokens> {
    return { ...(await this.#accessToken(session)), refreshToken };
  }

  async #accessToken({ id: sessionId, userId, scopes, amr, authenticatedAt }: Live) {
    const { settings } = this.#environment;
    const subject = { userId, sessionId, scopes, amr, authenticatedAt };
    return {
      userId,
      sessionId,
      scopes,
      accessToken: signAccessToken(subject, await this.#keys.current(), settings),
      tokenType: 'Bearer' as const,
      expiresIn: settings.accessTokenLifetime,
    };
  }

  get #sessions() {
    return this.#environment.services.data.repository(Session);
  }

  get #refreshTokens() {
    return this.#environment.services.data.repository(RefreshToken);
  }

  get #emit() {
    const { events } = this.#environment.services.kernel;
    return events.emit.bind(events);
  }
}
