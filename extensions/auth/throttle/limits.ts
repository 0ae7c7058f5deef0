import { isIPv6 } from 'node:net';
import type { AuthSettings } from '../environment.ts';
import type { Counted } from './throttle.ts';

/** Messages that one address is sent of a kind before they become fewer. */
const messages = 3;

/** What is counted, for whom. */
export class Limits {
  readonly #account: number;
  readonly #address: number;

  constructor({
    throttleAttempts,
    throttleAddressAttempts,
  }: Pick<AuthSettings, 'throttleAttempts' | 'throttleAddressAttempts'>) {
    this.#account = throttleAttempts;
    this.#address = throttleAddressAttempts;
  }

  /** Of one account from one address only: from elsewhere its owner still gets in. */
  login(email: string, ip: string | undefined): Counted {
    return { key: ['login', email, networkOf(ip)], free: this.#account };
  }

  /** Of whatever comes from an address. */
  from(what: 'login' | 'register' | 'message' | 'token', ip: string | undefined): Counted {
    return { key: [what, networkOf(ip)], free: this.#address };
  }

  /** Current passwords, tried by somebody who is logged in. */
  password(userId: string): Counted {
    return { key: ['password', userId], free: this.#account };
  }

  /** Messages to an address, whoever asks for them. */
  message(kind: string, email: string): Counted {
    return { key: ['message', kind, email], free: messages };
  }
}

/** Of IPv6 the first 64 bits, since all below them is one customer's to choose from. */
function networkOf(ip: string | undefined): string {
  if (ip === undefined || !isIPv6(ip) || ip.startsWith('::ffff:')) return ip ?? '';
  const [head = '', tail] = ip.split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - first.length - last.length;
  return [...first, ...Array.from({ length: zeros }, () => '0'), ...last]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
