import type { Faker } from '@faker-js/faker';

/** How often something is repeated at most where its pattern sets no end. */
const usualMost = 6;
const anyCharacter = [...'abcdefghijklmnopqrstuvwxyz0123456789'];
const digits = [...'0123456789'];

/**
 * A text that matches a regular expression: literals, classes, groups, alternatives and quantifiers. Other things
 * (look-around, back references) it does not know.
 *
 * @returns `undefined` where nothing was found that matches
 */
export function textOfPattern(fake: Faker, pattern: string): string | undefined {
  const expected = new RegExp(pattern, 'u');
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const text = new PatternWriter(fake, pattern).write();
    if (expected.test(text)) return text;
  }
  return undefined;
}

/** Reads a pattern once from left to right, and writes a text beside it. */
class PatternWriter {
  readonly #fake: Faker;
  readonly #pattern: string;
  #at = 0;

  constructor(fake: Faker, pattern: string) {
    this.#fake = fake;
    this.#pattern = pattern;
  }

  /** Alternatives up to the end of the pattern, or of the group. */
  write(): string {
    const alternatives = [''];
    while (this.#at < this.#pattern.length && this.#next() !== ')') {
      if (this.#next() === '|') {
        this.#at += 1;
        alternatives.push('');
      } else alternatives.push((alternatives.pop() ?? '') + this.#repeated());
    }
    return this.#fake.helpers.arrayElement(alternatives);
  }

  #next(): string {
    return this.#pattern.charAt(this.#at);
  }

  #repeated(): string {
    const start = this.#at;
    const once = this.#atom();
    const end = this.#at;
    const [least, most] = this.#quantifier();
    const after = this.#at;
    if (most === 1 && least === 1) return once;
    const count = this.#fake.number.int({ min: least, max: most });
    // Each repetition chooses anew.
    let text = '';
    for (let index = 0; index < count; index += 1) {
      this.#at = start;
      text += this.#atom();
    }
    this.#at = Math.max(end, after);
    return text;
  }

  #atom(): string {
    const character = this.#next();
    this.#at += 1;
    switch (character) {
      case '^':
      case '$':
        return '';
      case '.':
        return this.#fake.helpers.arrayElement(anyCharacter);
      case '(': {
        if (this.#pattern.startsWith('?:', this.#at)) this.#at += 2;
        const text = this.write();
        this.#at += 1;
        return text;
      }
      case '[':
        return this.#fake.helpers.arrayElement(this.#class());
      case '\\':
        return this.#fake.helpers.arrayElement(this.#escaped());
      default:
        return character;
    }
  }

  #escaped(): readonly string[] {
    const character = this.#next();
    this.#at += 1;
    if (character === 'd') return digits;
    if (character === 'w') return anyCharacter;
    return character === 's' ? [' '] : [character];
  }

  #class(): readonly string[] {
    const isOpposite = this.#next() === '^';
    if (isOpposite) this.#at += 1;
    const members: string[] = [];
    while (this.#at < this.#pattern.length && this.#next() !== ']') {
      if (this.#next() === '\\') {
        this.#at += 1;
        members.push(...this.#escaped());
        continue;
      }
      const first = this.#next();
      this.#at += 1;
      const last = this.#pattern.charAt(this.#at + 1);
      if (this.#next() === '-' && last !== ']' && last !== '') {
        this.#at += 2;
        members.push(...between(first, last));
      } else members.push(first);
    }
    this.#at += 1;
    return isOpposite ? anyCharacter.filter((one) => !members.includes(one)) : members;
  }

  /** @returns how often at least and at most */
  #quantifier(): readonly [number, number] {
    const found = /^(?:[?*+]|\{(\d+)(,?)(\d*)\})/.exec(this.#pattern.slice(this.#at));
    if (!found) return [1, 1];
    const [whole, least = '0', comma, most = ''] = found;
    this.#at += whole.length;
    if (whole === '?') return [0, 1];
    if (whole === '*') return [0, usualMost];
    if (whole === '+') return [1, usualMost];
    const low = Number(least);
    return [low, comma === '' ? low : most === '' ? low + usualMost : Number(most)];
  }
}

function between(first: string, last: string): readonly string[] {
  const start = first.codePointAt(0) ?? 0;
  const length = (last.codePointAt(0) ?? start) - start + 1;
  return Array.from({ length: Math.max(0, length) }, (_, index) => String.fromCodePoint(start + index));
}
