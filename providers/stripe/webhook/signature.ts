import { createHmac, timingSafeEqual } from 'node:crypto';

export interface SignedBody {
  /** Exactly as it came. */
  readonly body: Uint8Array;
  /** The header `Stripe-Signature`: `t=1614265330,v1=5257a8…,v1=…`. */
  readonly header: string | undefined;
  /** Any of them may have signed it: while one takes the place of another, Stripe signs with both. */
  readonly secrets: readonly string[];
  /** Seconds that the time in the header may differ from now, in either direction. */
  readonly tolerance: number;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * What is wrong with a signature of Stripe's, scheme `v1`: HMAC-SHA256 of `<t>.<body>` in hexadecimal
 * (https://docs.stripe.com/webhooks#verify-manually). Compared in constant time. A time from the future is refused too,
 * which Stripe's own library takes: it would hold for ever.
 *
 * @returns `undefined`: nothing
 */
export function signatureFault({ body, header, secrets, tolerance, now }: SignedBody): string | undefined {
  if (header === undefined) return 'There is no header "Stripe-Signature".';
  const { time, signatures } = parse(header);
  if (time === undefined) return 'The header "Stripe-Signature" has no time.';
  if (signatures.length === 0) return 'The header "Stripe-Signature" has no signature of the scheme "v1".';
  const expected = secrets.map((secret) =>
    createHmac('sha256', secret).update(`${time}.`).update(body).digest(),
  );
  // All are compared, so that the time that it takes tells nothing.
  const matches = signatures.flatMap((signature) => expected.map((one) => timingSafeEqual(signature, one)));
  if (!matches.includes(true)) return 'No signature fits the body.';
  const age = now / 1000 - Number(time);
  if (Math.abs(age) > tolerance) return `It was signed ${Math.round(age)} s ago; ${tolerance} are tolerated.`;
  return undefined;
}

const hexadecimal = /^[0-9a-f]{64}$/i;

/** The time stays the text that was signed. */
function parse(header: string): {
  readonly time: string | undefined;
  readonly signatures: readonly Buffer[];
} {
  let time: string | undefined;
  const signatures: Buffer[] = [];
  for (const part of header.split(',')) {
    const [name = '', value = ''] = part.trim().split('=', 2);
    if (name === 't' && /^\d{1,12}$/.test(value)) time = value;
    if (name === 'v1' && hexadecimal.test(value)) signatures.push(Buffer.from(value, 'hex'));
  }
  return { time, signatures };
}
