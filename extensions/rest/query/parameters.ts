import { parseQuery, type ReadRequest } from 'backplane/data';
import { faultsOf, queryError } from './query-error.ts';

/** The query of a URL, from which each reader takes what is its own. */
export class Parameters {
  readonly rest: URLSearchParams;
  readonly faults: Error[] = [];
  readonly #entity: string;

  constructor(entity: string, text: string) {
    this.#entity = entity;
    this.rest = new URLSearchParams(text);
  }

  fault(name: string, reason: string): void {
    this.faults.push(queryError(this.#entity, name, reason));
  }

  /** The value of a parameter, which is none of the rest then. */
  take(name: string): string | undefined {
    const [value, ...more] = this.rest.getAll(name);
    if (more.length > 0) this.fault(name, 'It is given twice. Give it once.');
    this.rest.delete(name);
    return value;
  }

  /** A value that was not given in the URL. */
  give(name: string, value: unknown): void {
    this.rest.append(name, typeof value === 'string' ? value : JSON.stringify(value));
  }

  /** One of these words. */
  choice<Word extends string>(name: string, words: readonly Word[]): Word | undefined {
    const given = this.take(name);
    const word = words.find((one) => one === given);
    if (given !== undefined && word === undefined) {
      this.fault(name, words.length === 0 ? 'There is none to choose.' : `It is one of ${words.join(', ')}.`);
    }
    return word;
  }

  /** Refuses all of the rest but these. */
  only(known: readonly string[], what: string): void {
    for (const name of new Set(this.rest.keys())) {
      if (known.includes(name)) continue;
      const takes = known.length === 0 ? 'no parameters' : known.join(', ');
      this.fault(name, `${what} knows no "${name}". It takes ${takes}.`);
      this.rest.delete(name);
    }
  }

  /** The rest, read as a request; `undefined` if it is none, which is among the faults then. */
  request(): ReadRequest | undefined {
    try {
      return parseQuery(this.#entity, this.rest);
    } catch (error) {
      this.faults.push(...faultsOf(error));
      return undefined;
    }
  }
}

/** The text behind the question mark. */
export function queryText(url: string): string {
  const mark = url.indexOf('?');
  return mark === -1 ? '' : url.slice(mark + 1);
}
