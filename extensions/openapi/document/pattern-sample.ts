/**
 * A text that matches a regular expression, for the expressions that schemas commonly have: literals, classes, groups,
 * alternatives, repetitions. `undefined` where it would take more (look-around, back references).
 */
export function sampleOf(pattern: string): string | undefined {
  try {
    const sample = new Sampler(pattern).sample();
    return new RegExp(pattern, 'u').test(sample) ? sample : undefined;
  } catch {
    // Either no expression at all, or one beyond this: no example then.
    return undefined;
  }
}

/** What the classes of characters are tried with, in order of how readable an example they make. */
const alphabet = `abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_ .,:;/@#+*=!?()[]{}<>'"&%$~^|\\\``;

/** Recursive descent over the expression, writing the first alternative and the least repetition of everything. */
class Sampler {
  readonly #pattern: string;
  #at = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  sample(): string {
    const text = this.#alternatives();
    if (this.#at < this.#pattern.length) throw new SyntaxError('unbalanced');
    return text;
  }

  #peek(): string {
    return this.#pattern[this.#at] ?? '';
  }

  #alternatives(): string {
    const first = this.#sequence();
    while (this.#peek() === '|') {
      this.#at += 1;
      this.#sequence();
    }
    return first;
  }

  #sequence(): string {
    let text = '';
    while (this.#at < this.#pattern.length && this.#peek() !== '|' && this.#peek() !== ')') {
      const start = this.#at;
      this.#atom(0);
      const times = this.#repetitions();
      const end = this.#at;
      for (let done = 0; done < times; done += 1) {
        this.#at = start;
        // Goes on through a class, so that "[a-z]{3}" becomes "abc" rather than "aaa".
        text += this.#atom(text.length);
      }
      this.#at = end;
    }
    return text;
  }

  #atom(count: number): string {
    const char = this.#peek();
    this.#at += 1;
    if (char === '^' || char === '$') return '';
    if (char === '.') return pick(/./, count);
    if (char === '(') return this.#group();
    if (char === '[') return this.#class(count);
    if (char === '\\') return this.#escape(count);
    return char;
  }

  #group(): string {
    if (this.#peek() === '?') {
      const named = /^\?(:|<[A-Za-z]\w*>)/.exec(this.#pattern.slice(this.#at));
      if (!named) throw new SyntaxError('look-around');
      this.#at += named[0].length;
    }
    const text = this.#alternatives();
    if (this.#peek() !== ')') throw new SyntaxError('unbalanced');
    this.#at += 1;
    return text;
  }

  #class(count: number): string {
    const start = this.#at - 1;
    if (this.#peek() === '^') this.#at += 1;
    if (this.#peek() === ']') this.#at += 1;
    while (this.#peek() !== ']') {
      if (this.#at >= this.#pattern.length) throw new SyntaxError('unbalanced');
      this.#at += this.#peek() === '\\' ? 2 : 1;
    }
    this.#at += 1;
    return pick(new RegExp(this.#pattern.slice(start, this.#at), 'u'), count);
  }

  #escape(count: number): string {
    const char = this.#peek();
    this.#at += 1;
    if (/[dDwWsS]/.test(char)) return pick(new RegExp(`\\${char}`), count);
    if (char === 'b' || char === 'B') return '';
    const control: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };
    if (char in control) return control[char] ?? '';
    if (/[A-Za-z0-9]/.test(char)) throw new SyntaxError('beyond this');
    return char;
  }

  /** How often the last atom has to come. */
  #repetitions(): number {
    const found = /^(?:([*+?])|\{(\d+)(?:,\d*)?\})\??/.exec(this.#pattern.slice(this.#at));
    if (!found) return 1;
    this.#at += found[0].length;
    const [, sign, least] = found;
    const times = sign === undefined ? Number(least) : sign === '+' ? 1 : 0;
    if (times > 1000) throw new RangeError('too long for an example');
    return times;
  }
}

function pick(expression: RegExp, count: number): string {
  const fitting = [...alphabet].filter((char) => expression.test(char));
  const char = fitting[count % fitting.length];
  if (char === undefined) throw new SyntaxError('no character fits');
  return char;
}
