/** What is wrong with a value, and where inside it. */
export interface ValueFault {
  /** JSON pointer; empty for the whole. */
  readonly pointer: string;
  /** As the end of a sentence. */
  readonly reason: string;
}

/** The pointer of a member (RFC 6901). */
export function within(pointer: string, key: string): string {
  return `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
