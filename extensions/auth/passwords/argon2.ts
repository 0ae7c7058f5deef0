import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';

/** What a hash costs (RFC 9106). */
export interface Argon2Cost {
  /** KiB. */
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
}

interface Parsed extends Argon2Cost {
  readonly salt: Buffer;
  readonly hash: Buffer;
}

/** Hashes a password. @returns a PHC string: `$argon2id$v=19$m=19456,t=2,p=1$salt$hash` */
export async function hashPassword(password: string, cost: Argon2Cost): Promise<string> {
  const salt = randomBytes(16);
  const hash = await derive(password, salt, 32, cost);
  const { memory, passes, parallelism } = cost;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${text(salt)}$${text(hash)}`;
}

/** Is this the password that was hashed? `false`, too, for a hash that is none. */
export async function isPassword(password: string, phc: string): Promise<boolean> {
  const parsed = parse(phc);
  if (!parsed) return false;
  const derived = await derive(password, parsed.salt, parsed.hash.length, parsed);
  return timingSafeEqual(derived, parsed.hash);
}

/** Was it hashed at another cost than hashes shall have now? */
export function isOutdated(phc: string, cost: Argon2Cost): boolean {
  const parsed = parse(phc);
  return (
    parsed?.memory !== cost.memory || parsed.passes !== cost.passes || parsed.parallelism !== cost.parallelism
  );
}

const pattern = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

function parse(phc: string): Parsed | undefined {
  const [, memory, passes, parallelism, salt = '', hash = ''] = pattern.exec(phc) ?? [];
  if (memory === undefined) return undefined;
  return {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    salt: Buffer.from(salt, 'base64'),
    hash: Buffer.from(hash, 'base64'),
  };
}

/** NIST SP 800-63B: the same password typed on different systems is the same in NFKC. */
function derive(password: string, nonce: Buffer, tagLength: number, cost: Argon2Cost): Promise<Buffer> {
  const message = password.normalize('NFKC');
  return new Promise((resolve, reject) => {
    argon2('argon2id', { message, nonce, tagLength, ...cost }, (error, derived) => {
      if (error) reject(error);
      else resolve(derived);
    });
  });
}

function text(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '');
}
