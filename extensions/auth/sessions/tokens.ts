/** What a login or a refresh gives. */
export interface Tokens {
  readonly accessToken: string;
  readonly tokenType: 'Bearer';
  /** Seconds that the access token holds. */
  readonly expiresIn: number;
  /** To be used once. */
  readonly refreshToken: string;
  readonly userId: string;
  readonly sessionId: string;
  /** What they may do at most; no limit without. */
  readonly scopes: readonly string[] | null;
}
