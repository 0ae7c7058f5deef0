/** What an access token says. */
export interface Claims {
  /** User. */
  readonly sub: string;
  /** Session. */
  readonly sid: string;
  /** Seconds since the epoch. */
  readonly exp: number;
}

/** Has a verified payload the claims of an access token of ours? */
export function isClaims(payload: unknown): payload is Claims {
  return (
    typeof payload === 'object' &&
    payload !== null &&
    'sub' in payload &&
    isUuid(payload.sub) &&
    'sid' in payload &&
    isUuid(payload.sid) &&
    'exp' in payload &&
    typeof payload.exp === 'number'
  );
}

/** Ids are; a database may refuse to compare them with anything else. */
function isUuid(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);
}
