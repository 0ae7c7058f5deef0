import { type TestKernel, type TestKernelOptions, testKernel } from 'backplane/testing';
import { Auth } from '../auth.ts';
import type { AuthSettings } from '../environment.ts';

type InjectedResponse = Awaited<ReturnType<TestKernel['inject']>>;

/** Hashes that cost little, for tests that are not about what they cost. */
export const cheap = {
  argon2Memory: 64,
  argon2Passes: 1,
  throttleAddressAttempts: 10_000,
};

/** A kernel with this extension and an empty database in memory. */
export function startAuth({
  settings = {},
  files = {},
  env = {},
  extensions = [],
}: {
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Files of the application; one of `config/auth.ts` counts instead of the settings. */
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly extensions?: TestKernelOptions['extensions'];
} = {}): Promise<TestKernel> {
  return testKernel({
    from: import.meta.url,
    extensions: ['..', ...extensions],
    env: { DATABASE_URL: 'sqlite::memory:', ...env },
    files,
    settings: 'config/auth.ts' in files ? {} : { auth: { ...cheap, ...settings } },
  });
}

/** What another process would have, with the same settings and database. */
export function anotherProcess(kernel: TestKernel): Auth {
  const generation = kernel.extensions.active.get('auth');
  if (!generation) throw new Error('auth does not run.');
  const { settings, container, log } = generation;
  // The kernel has checked them by this extension's own schema.
  return new Auth({
    settings: settings as AuthSettings,
    services: container.services,
    log,
    production: false,
  });
}

export const ann = { email: 'ann@example.org', password: 'tea at four with Bob' } as const;

export interface TokensBody {
  readonly accessToken: string;
  readonly tokenType: string;
  readonly expiresIn: number;
  readonly refreshToken: string;
}

/** Makes an account whose address is verified. @returns its id */
export async function createUser(
  kernel: TestKernel,
  user: { readonly email?: string; readonly password?: string; readonly admin?: boolean } = {},
): Promise<string> {
  return (await kernel.service('auth').administration.create({ ...ann, ...user })).id;
}

export function post(
  kernel: Pick<TestKernel, 'inject'>,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<InjectedResponse> {
  return kernel.inject('POST', `/auth/${path}`, { headers, ...(body === undefined ? {} : { body }) });
}

export async function login(kernel: TestKernel, credentials: object = ann): Promise<TokensBody> {
  const response = await post(kernel, 'login', credentials);
  if (response.status !== 200) throw new Error(`The login failed: ${response.body}`);
  return response.json<TokensBody>();
}

export function bearer({ accessToken }: Pick<TokensBody, 'accessToken'>): { authorization: string } {
  return { authorization: `Bearer ${accessToken}` };
}

/** Status of `GET /auth/me`: 200 when the credentials hold. */
export async function statusOfMe(kernel: TestKernel, headers: Record<string, string>): Promise<number> {
  return (await kernel.inject('GET', '/auth/me', { headers })).status;
}

export function codeOf(response: InjectedResponse): string {
  return response.json<{ code: string }>().code;
}

/** Sends a form, as OAuth does. */
export function form(kernel: TestKernel, fields: Record<string, string> | string): Promise<InjectedResponse> {
  return kernel.inject('POST', '/auth/token', {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: typeof fields === 'string' ? fields : new URLSearchParams(fields).toString(),
  });
}
