import { BackplaneError } from '../errors.ts';

/** Which events a listener hears. */
export interface Pattern {
  readonly text: string;
  /** Does it name one event, without a wildcard? */
  readonly exact: boolean;
  matches(name: string): boolean;
}

/**
 * Reads a pattern: names of segments between dots, where `*` stands for one segment and `**`, as the last, for one or
 * more. `blog.*` hears `blog.published`, `blog.**` also `blog.post.published`, `**` everything.
 *
 * @throws EVENT_PATTERN_INVALID
 */
export function compilePattern(text: string): Pattern {
  const segments = text.split('.');
  const reason = faultOf(segments);
  if (reason !== undefined) throw new BackplaneError('EVENT_PATTERN_INVALID', { pattern: text, reason });
  if (!text.includes('*')) return { text, exact: true, matches: (name) => name === text };
  const source = segments.map((segment) => wildcards.get(segment) ?? RegExp.escape(segment)).join('\\.');
  const expression = new RegExp(`^${source}$`, 's');
  return { text, exact: false, matches: (name) => expression.test(name) };
}

const wildcards = new Map([
  ['*', '[^.]+'],
  ['**', '.+'],
]);

function faultOf(segments: readonly string[]): string | undefined {
  if (segments.includes('')) return 'a segment between its dots is empty';
  if (segments.slice(0, -1).includes('**')) return '"**" may only stand at its end';
  const mixed = segments.find((segment) => segment.includes('*') && !wildcards.has(segment));
  return mixed && `"${mixed}" mixes a wildcard with a name; "*" stands for a whole segment`;
}
