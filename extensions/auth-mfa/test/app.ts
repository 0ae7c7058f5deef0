import { type TestKernel, type TestKernelOptions, testKernel } from 'backplane/testing';
import { TOTP } from 'otpauth';
import { Factor } from '../entities/factor.ts';

export type Response = Awaited<ReturnType<TestKernel['inject']>>;
export type Headers = Readonly<Record<string, string>>;

export const ann = { email: 'ann@example.org', password: 'tea at four with Bob' } as const;

const cheap = { argon2Memory: 64, argon2Passes: 1, throttleAddressAttempts: 10_000 };

interface StartOptions {
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly auth?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly extensions?: Exclude<TestKernelOptions['extensions'], undefined>;
}

/** A kernel with this extension, those that send messages, and an empty database. */
export function startMfa({
  settings = {},
  auth = {},
  env = {},
  extensions = ['email', 'sms'],
}: StartOptions = {}) {
  return testKernel({
    from: import.meta.url,
    extensions: ['..', ...extensions],
    env: { DATABASE_URL: 'sqlite::memory:', ...env },
    settings: { auth: { ...cheap, ...auth }, 'auth-mfa': settings },
  });
}

/** Makes an account whose address is verified. @returns its id */
export async function createUser(
  kernel: TestKernel,
  user: { readonly email?: string; readonly password?: string; readonly admin?: boolean } = {},
): Promise<string> {
  return (await kernel.service('auth').administration.create({ ...ann, ...user })).id;
}

export function post(
  kernel: TestKernel,
  path: string,
  body?: object,
  headers: Headers = {},
): Promise<Response> {
  return kernel.inject('POST', `/auth/${path}`, { headers, ...(body === undefined ? {} : { body }) });
}

export function codeOf(response: Response): string {
  return response.json<{ code: string }>().code;
}

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly deviceToken?: string;
  readonly recoveryCodes?: readonly string[];
}

/** Headers of whoever got these tokens. */
export async function bearerOf(answer: Response | Promise<Response>): Promise<{ authorization: string }> {
  return { authorization: `Bearer ${(await tokensOf(answer)).accessToken}` };
}

export async function tokensOf(answer: Response | Promise<Response>): Promise<Tokens> {
  const response = await answer;
  if (response.status !== 200) throw new Error(`There are no tokens: ${response.body}`);
  return response.json<Tokens>();
}

/** What a login gives that wants a second step. */
export async function pendingOf(
  answer: Response | Promise<Response>,
): Promise<{ mfaToken: string; factors: string[] }> {
  const response = await answer;
  const body = response.json<{ mfaToken?: string; factors: string[] }>();
  if (response.status !== 401 || body.mfaToken === undefined)
    throw new Error(`It wants no second step: ${response.body}`);
  return { mfaToken: body.mfaToken, factors: body.factors };
}

/** The code of an authenticator app. @param steps from now */
export function totpCode(secret: string, steps = 0): string {
  return new TOTP({ secret }).generate({ timestamp: Date.now() + steps * 30_000 });
}

/** A code that an authenticator app does not show at any time near. */
export function wrongCode(secret: string): string {
  const near = [-2, -1, 0, 1, 2].map((steps) => totpCode(secret, steps));
  return (
    ['000000', '000001', '000002', '000003', '000004', '000005'].find((code) => !near.includes(code)) ?? ''
  );
}

export interface Enrolled {
  readonly secret: string;
  readonly recoveryCodes: readonly string[];
  readonly headers: { readonly authorization: string };
}

/**
 * Sets an authenticator app up for somebody who just logged in.
 * @param isFresh is the code that confirmed it to count as used? Otherwise it is as if that had been long ago
 */
export async function enrolTotp(
  kernel: TestKernel,
  credentials: object = ann,
  isFresh = false,
): Promise<Enrolled> {
  const headers = await bearerOf(post(kernel, 'login', credentials));
  const { secret } = (await post(kernel, 'mfa/totp', {}, headers)).json<{ secret: string }>();
  const confirmed = await post(kernel, 'mfa/totp/confirm', { code: totpCode(secret) }, headers);
  const { accessToken, recoveryCodes = [] } = await tokensOf(confirmed);
  if (!isFresh) await kernel.service('data').repository(Factor).query().update({ lastStep: null });
  return { secret, recoveryCodes, headers: { authorization: `Bearer ${accessToken}` } };
}

/** Begins a login that wants a second step. @returns the mfaToken */
export async function beginLogin(kernel: TestKernel, credentials: object = ann): Promise<string> {
  return (await pendingOf(post(kernel, 'login', credentials))).mfaToken;
}

export function verify(
  kernel: TestKernel,
  mfaToken: string,
  code: string,
  rest: object = {},
): Promise<Response> {
  return post(kernel, 'mfa/verify', { mfaToken, factor: 'totp', code, ...rest });
}

/** Claims of an access token, not verified. */
export function claimsOf(accessToken: string): { amr?: string[]; auth_time?: number; sid: string } {
  return JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString());
}

/** Moments of rows, as if so much time had gone by. */
export async function age(
  kernel: TestKernel,
  name: 'auth-mfa.pending-login' | 'auth-mfa.sent-code' | 'auth-mfa.device' | 'auth-mfa.enrolment',
  seconds: number,
): Promise<void> {
  const rows = kernel.service('data').repository({ name });
  for (const { id, expiresAt } of await rows.all())
    await rows.update(id, {
      expiresAt: new Date(Date.parse(String(expiresAt)) - seconds * 1000).toISOString(),
    });
}
