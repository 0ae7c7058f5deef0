import { didYouMean } from '../../errors.ts';
import type { Filter } from '../entity/filter.ts';
import { isRecord } from '../value/shown.ts';

/** What an `include` text says, not yet checked against any entity. */
export interface ParsedInclude {
  filter?: Filter;
  include?: Record<string, ParsedInclude>;
  fields?: readonly string[];
  sort?: readonly string[];
  limit?: number;
}

/** What is wrong with a text, and where in it. */
export class TextFault extends Error {
  readonly at: number;

  constructor(reason: string, at: number) {
    super(reason);
    this.at = at;
  }
}

const options = ['filter', 'include', 'fields', 'sort', 'limit'];

/**
 * Parses the relations to read along:
 *
 *     include := item { "," item }
 *     item    := name { "." name } [ "(" option { ";" option } ")" ]
 *     option  := "sort=" names | "fields=" names | "limit=" number | "filter=" JSON | "include=" include
 *     names   := name { "," name }
 *
 * `comments.author` reads the comments, and the author of each. Options belong to the last name of an item.
 *
 * @example author,comments(sort=-createdAt;limit=3;include=author(fields=name))
 * @throws TextFault
 */
export function parseInclude(text: string): Record<string, ParsedInclude> {
  const parser = new Parser(text);
  const include = parser.include();
  if (!parser.atEnd) throw parser.fault(`"${parser.rest}" does not belong there.`);
  return include;
}

/** The names of a list: `-createdAt,title`. */
export function parseNames(text: string): readonly string[] {
  return text.split(',').map((name) => name.trim());
}

class Parser {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get atEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  get rest(): string {
    return this.#text.slice(this.#at, this.#at + 20);
  }

  fault(reason: string): TextFault {
    return new TextFault(reason, this.#at);
  }

  include(): Record<string, ParsedInclude> {
    this.#depth += 1;
    // Far beyond every limit on depth: a text must not be able to exhaust the stack.
    if (this.#depth > 50) throw this.fault('This is nested too deeply.');
    const include: Record<string, ParsedInclude> = Object.create(null);
    do this.#item(include);
    while (this.#take(','));
    this.#depth -= 1;
    return include;
  }

  #item(include: Record<string, ParsedInclude>): void {
    let relations = include;
    for (;;) {
      const name = this.#name();
      relations[name] ??= {};
      const relation = relations[name];
      if (this.#take('.')) {
        relation.include ??= Object.create(null) as Record<string, ParsedInclude>;
        relations = relation.include;
      } else {
        if (this.#take('(')) this.#options(relation);
        return;
      }
    }
  }

  #options(relation: ParsedInclude): void {
    do {
      const name = this.#name();
      if (!options.includes(name)) {
        throw this.fault(`A relation knows no option "${name}".${didYouMean(name, options)}`);
      }
      if (!this.#take('=')) throw this.fault(`"${name}" needs "=" and a value.`);
      this.#option(relation, name);
    } while (this.#take(';'));
    if (!this.#take(')')) throw this.fault('A ")" is missing.');
  }

  #option(relation: ParsedInclude, name: string): void {
    if (name === 'include') {
      // Both `comments.author` and `comments(include=author)` may be there.
      relation.include = Object.assign(Object.create(null), relation.include, this.include());
    } else {
      const value = this.#value();
      if (name === 'sort') relation.sort = parseNames(value);
      else if (name === 'fields') relation.fields = parseNames(value);
      else if (name === 'limit') relation.limit = parseNumber(value);
      else relation.filter = this.#filter(value);
    }
  }

  #filter(text: string): Filter {
    try {
      const value: unknown = JSON.parse(text);
      if (isFilter(value)) return value;
    } catch {
      // No JSON: said below.
    }
    throw this.fault('"filter" must be JSON, an object.');
  }

  #name(): string {
    const [name] = /^[^\s.,;=()[\]{}"]+/.exec(this.#text.slice(this.#at)) ?? [];
    if (name === undefined) throw this.fault('A name is missing.');
    this.#at += name.length;
    return name;
  }

  /** Up to the `;` or `)` that ends an option; those inside of JSON do not. */
  #value(): string {
    const start = this.#at;
    let depth = 0;
    for (; !this.atEnd; this.#at += 1) {
      const character = this.#text[this.#at] ?? '';
      if (character === '"') this.#skipString();
      else if ('([{'.includes(character)) depth += 1;
      else if (depth === 0 && (character === ';' || character === ')')) break;
      else if (')]}'.includes(character)) depth -= 1;
    }
    return this.#text.slice(start, this.#at);
  }

  /** To the quote that ends a JSON string. */
  #skipString(): void {
    for (this.#at += 1; !this.atEnd && this.#text[this.#at] !== '"'; this.#at += 1) {
      if (this.#text[this.#at] === '\\') this.#at += 1;
    }
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }
}

/** In form alone: what is inside is checked when it is planned. */
export function isFilter(value: unknown): value is Filter {
  return isRecord(value);
}

/** A whole number; anything else becomes NaN, which no limit allows. */
export function parseNumber(text: string): number {
  return /^-?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
}
