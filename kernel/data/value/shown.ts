/** Is it an object with members, and no list? */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What a value is, for a sentence. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (value === undefined) return 'undefined';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** A value itself where it is short enough for a sentence, otherwise its beginning, or what it is. */
export function shown(value: unknown): string {
  if ((typeof value === 'object' && value !== null) || typeof value === 'function') return kindOf(value);
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** A name as it was given; whatever else came in its place as a sentence shows it. */
export function nameOf(value: unknown): string {
  return typeof value === 'string' ? value : shown(value);
}
