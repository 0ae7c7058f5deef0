import { common } from './common.ts';

/** More would only make hashing slow. */
export const passwordMaxLength = 128;

/**
 * Why this may not be a password, `undefined` when it may: length, and not among those that are guessed first
 * (NIST SP 800-63B, which advises against asking for kinds of characters).
 *
 * @param about what attackers know of its owner: the e-mail address, the name
 */
export function passwordFault(
  password: string,
  minLength: number,
  about: readonly string[],
): string | undefined {
  const length = [...password].length;
  if (length < minLength) return `The password must have at least ${minLength} characters.`;
  if (length > passwordMaxLength) return `The password must have at most ${passwordMaxLength} characters.`;
  const plain = password.normalize('NFKC').toLowerCase();
  const core = plain.replace(/[\d!?.*#\s]+$/, '');
  const isGuessed =
    core === '' ||
    common.has(plain) ||
    common.has(core) ||
    isPattern(plain) ||
    about.some((one) => isOf(one, core, plain));
  return isGuessed ? 'The password is among those that are guessed first. Choose another.' : undefined;
}

/** One piece again and again, or characters in their order. */
function isPattern(text: string): boolean {
  if (/^(.{1,4})\1+.{0,3}$/.test(text)) return true;
  const steps = new Set([...text].slice(1).map((char, i) => char.charCodeAt(0) - text.charCodeAt(i)));
  return steps.size === 1;
}

function isOf(one: string, core: string, plain: string): boolean {
  const known = one.toLowerCase();
  const [local = ''] = known.split('@', 1);
  return known !== '' && [known, local].some((part) => part === plain || part === core);
}
