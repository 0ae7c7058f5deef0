import { request } from 'node:http';
import { join } from 'node:path';
import { BackplaneError } from '../errors.ts';
import { loadKernelSettings, loadSources, readSecrets } from '../settings/index.ts';
import type { Surroundings } from './surroundings.ts';

/** Milliseconds that a kernel on this machine may take to say that it is there. */
const probeTimeout = 1000;

export type AskMethod = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** The administration of a kernel that runs in another process. */
export interface RunningKernel {
  readonly address: string;
  /**
   * Asks it.
   *
   * @param body sent as JSON
   * @returns the JSON it answers with
   * @throws ADMIN_OFF, ADMIN_REFUSED when it does not take the key, ADMIN_FAILED for any other answer than success
   */
  ask<Answer>(method: AskMethod, path: string, body?: unknown): Promise<Answer>;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Where the settings say that the application's kernel listens. @throws SETTINGS_INVALID, CONFIG_FILE_INVALID */
export async function kernelAddress({
  cwd,
  env,
}: Surroundings): Promise<{ url: string; key: string | undefined }> {
  const { host, port, rootApiKey } = loadKernelSettings(await loadSources({ root: cwd, env }), cwd);
  const here = { '0.0.0.0': '127.0.0.1', '::': '::1' }[host] ?? host;
  return {
    url: `http://${here.includes(':') ? `[${here}]` : here}:${port}`,
    key: rootApiKey ?? readSecrets(join(cwd, 'var', 'secrets.json'))?.rootApiKey,
  };
}

/**
 * Looks for the application's kernel in another process.
 * @returns `undefined` when none answers
 */
export async function findRunningKernel(surroundings: Surroundings): Promise<RunningKernel | undefined> {
  const { url, key } = await kernelAddress(surroundings);
  if (!(await isKernel(url))) return undefined;
  return {
    address: url,
    async ask<Expected>(method: AskMethod, path: string, given?: unknown): Promise<Expected> {
      const headers = {
        ...(key === undefined ? {} : { 'x-api-key': key }),
        ...(given === undefined ? {} : { 'content-type': 'application/json' }),
      };
      const { status, body } = await send(url, method, path, { headers, body: given });
      // Without a root API key, a kernel has no administration at all; its own 404 would name an extension.
      if (status === 404 && isNotFound(body)) throw new BackplaneError('ADMIN_OFF', { address: url });
      if (status === 401 || status === 403) throw new BackplaneError('ADMIN_REFUSED', { address: url });
      // The kernel that answers is one of this package; its administration says what the caller expects.
      if (status >= 200 && status < 300) return body as Expected;
      throw new BackplaneError('ADMIN_FAILED', { address: url, status, detail: detailOf(body) });
    },
  };
}

async function isKernel(url: string): Promise<boolean> {
  try {
    const { body } = await send(url, 'GET', '/health/live', { timeout: probeTimeout });
    return typeof body === 'object' && body !== null && 'status' in body && body.status === 'live';
  } catch {
    // Nobody listens, or it is something else that speaks no HTTP.
    return false;
  }
}

function send(
  url: string,
  method: string,
  path: string,
  {
    headers = {},
    body,
    timeout,
  }: {
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: unknown;
    readonly timeout?: number;
  },
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(new URL(path, url), {
      method,
      headers,
      agent: false,
      ...(timeout === undefined ? {} : { signal: AbortSignal.timeout(timeout) }),
    });
    outgoing.on('error', reject);
    outgoing.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: parse(Buffer.concat(chunks).toString()) }),
      );
    });
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function isNotFound(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'code' in body && body.code === 'NOT_FOUND';
}

/** What a problem document says. */
function detailOf(body: unknown): string {
  if (typeof body !== 'object' || body === null) return String(body);
  if ('detail' in body && typeof body.detail === 'string') return body.detail;
  return 'title' in body && typeof body.title === 'string' ? body.title : JSON.stringify(body);
}
