import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import secureJson from 'secure-json-parse';
import { HttpError, problem } from './problem.ts';

/** Does this request announce a body with anything in it? */
export function hasBody({ method, headers }: IncomingMessage): boolean {
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return false;
  const length = headers['content-length'];
  return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
}

/**
 * Reads and parses a body: JSON, a URL-encoded form, or text.
 *
 * @param limit bytes
 * @throws HttpError 413 above the limit, 415 for a type it cannot parse, 400 for a body that is not what it says it is
 */
export async function readBody(req: IncomingMessage, limit: number): Promise<unknown> {
  const parse = parserOf(req);
  if (Number(req.headers['content-length']) > limit) throw tooLarge(limit);
  const bytes = await readBytes(req, limit);
  if (bytes.length === 0) return undefined;
  if (!isUtf8(bytes)) throw malformed('The body is not valid UTF-8.');
  return parse(bytes.toString('utf8'));
}

type Parse = (text: string) => unknown;

/** Chosen by the headers alone, so that a body nobody can parse is refused before it is read. */
function parserOf({ headers }: IncomingMessage): Parse {
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    throw problem(415, `A body in content-encoding "${encoding}" is not accepted.`);
  }
  const [type = '', ...parameters] = (headers['content-type'] ?? '').toLowerCase().split(';');
  const charset = parameters.map((one) => /^\s*charset\s*=\s*"?([^"\s]+)/.exec(one)?.[1]).find(Boolean);
  if (charset !== undefined && charset !== 'utf-8' && charset !== 'utf8' && charset !== 'us-ascii') {
    throw problem(415, `A body in charset "${charset}" is not accepted; send UTF-8.`);
  }
  const name = type.trim();
  if (name === 'application/json' || name.endsWith('+json')) return parseJson;
  if (name === 'application/x-www-form-urlencoded') return parseForm;
  if (name.startsWith('text/')) return (text) => text;
  throw problem(
    415,
    name === ''
      ? 'The request has a body but no content-type.'
      : `A body of type "${name}" is not accepted here.`,
    { headers: { accept: 'application/json, application/x-www-form-urlencoded, text/*' } },
  );
}

function parseJson(text: string): unknown {
  try {
    // Refuses "__proto__" and "constructor.prototype", which would poison objects that are merged later.
    return secureJson.parse(text, null, { protoAction: 'error', constructorAction: 'error' });
  } catch (error) {
    throw malformed(error instanceof Error ? `The body is not acceptable JSON: ${error.message}` : undefined);
  }
}

function parseForm(text: string): unknown {
  const form: Record<string, string | string[]> = Object.create(null);
  for (const [name, value] of new URLSearchParams(text)) {
    const before = form[name];
    if (before === undefined) form[name] = value;
    else if (Array.isArray(before)) before.push(value);
    else form[name] = [before, value];
  }
  // Spread defines own properties, so that not even a field called __proto__ reaches a prototype.
  return { ...form };
}

function readBytes(req: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const stop = (): void => {
      req.off('data', onData).off('end', onEnd).off('error', onGone).off('close', onGone);
    };
    const onData = (chunk: Buffer): void => {
      length += chunk.length;
      if (length <= limit) {
        chunks.push(chunk);
        return;
      }
      stop();
      // What still comes is read and dropped, so that the client gets to see the answer.
      req.resume();
      reject(tooLarge(limit));
    };
    const onEnd = (): void => {
      stop();
      resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, length));
    };
    const onGone = (): void => {
      stop();
      // A socket error follows the first one when a connection breaks; nobody listens for it any more.
      req.on('error', () => {});
      reject(problem(400, 'The body ended before it was complete.', { code: 'BODY_INCOMPLETE' }));
    };
    req.on('data', onData).on('end', onEnd).on('error', onGone).on('close', onGone);
  });
}

function tooLarge(limit: number): HttpError {
  return problem(413, `The body is larger than the ${limit} bytes accepted here.`);
}

function malformed(detail?: string): HttpError {
  return new HttpError(400, detail ?? 'The body is malformed.', { code: 'BODY_MALFORMED' });
}
