import { isPermission } from 'backplane';

/** What a client asks the token endpoint for. */
export type TokenRequest =
  | {
      readonly grant: 'password';
      readonly username: string;
      readonly password: string;
      readonly scopes: readonly string[] | null;
      /** No parameter of OAuth 2.0: what an earlier login gave this device. */
      readonly deviceToken: string | undefined;
    }
  | { readonly grant: 'refresh_token'; readonly refreshToken: string };

/** Errors of RFC 6749, 5.2. */
export type OAuthErrorCode =
  | 'invalid_request'
  | 'invalid_grant'
  | 'invalid_scope'
  | 'unsupported_grant_type'
  | 'temporarily_unavailable';

/** What a client is told that gets no token. */
export class OAuthError extends Error {
  override readonly name = 'OAuthError';
  readonly code: OAuthErrorCode;

  constructor(code: OAuthErrorCode, description: string) {
    super(description);
    this.code = code;
  }
}

/**
 * Reads a request to the token endpoint (RFC 6749, 4.3.2 and 6). Parameters that it does not know are passed over, and those
 * without a value count as left out, as 3.2 asks for.
 *
 * @param type content-type of the request
 * @param body as it was parsed
 * @throws OAuthError
 */
export function readTokenRequest(type: string | undefined, body: unknown): TokenRequest {
  const isForm = /^application\/x-www-form-urlencoded\s*(;|$)/i.test(type ?? '');
  if (!isForm || typeof body !== 'object' || body === null) {
    throw new OAuthError('invalid_request', 'The body must be application/x-www-form-urlencoded.');
  }
  const form = new Map<string, unknown>(Object.entries(body));
  const grant = required(form, 'grant_type');
  switch (grant) {
    case 'password':
      return {
        grant,
        username: required(form, 'username'),
        password: required(form, 'password'),
        scopes: scopesOf(optional(form, 'scope')),
        deviceToken: optional(form, 'device_token'),
      };
    case 'refresh_token':
      return { grant, refreshToken: required(form, 'refresh_token') };
    default:
      throw new OAuthError('unsupported_grant_type', 'The grants here are password and refresh_token.');
  }
}

function required(form: ReadonlyMap<string, unknown>, name: string): string {
  const value = optional(form, name);
  if (value === undefined) throw new OAuthError('invalid_request', `The parameter ${name} is missing.`);
  return value;
}

function optional(form: ReadonlyMap<string, unknown>, name: string): string | undefined {
  const value = form.get(name);
  if (value === undefined || value === '') return undefined;
  if (typeof value === 'string') return value;
  throw new OAuthError('invalid_request', `The parameter ${name} is there more than once.`);
}

function scopesOf(text: string | undefined): readonly string[] | null {
  if (text === undefined) return null;
  const scopes = text.split(' ');
  if (scopes.length <= 100 && scopes.every((one) => one.length <= 200 && isPermission(one))) return scopes;
  throw new OAuthError('invalid_scope', 'A scope is written <resource>:<operation>, or *.');
}
