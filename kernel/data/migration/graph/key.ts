/** A migration's key, `blog/0001_initial`, taken apart. */
export interface KeyParts {
  readonly extension: string;
  /** In the order of its extension. */
  readonly number: number;
  readonly slug: string;
}

/** @returns `undefined` for what is no key */
export function parseKey(key: string): KeyParts | undefined {
  const [, extension, digits, slug] = /^([^/]+)\/(\d{4})_([a-z0-9_]+)$/.exec(key) ?? [];
  if (extension === undefined || digits === undefined || slug === undefined) return undefined;
  return { extension, number: Number(digits), slug };
}

/** `0007` */
export function numberText(number: number): string {
  return String(number).padStart(4, '0');
}
