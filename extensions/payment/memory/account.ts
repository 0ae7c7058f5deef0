import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';

/** What an account in memory does not do. */
export class MemoryRefusal extends Error {
  override readonly name = 'MemoryRefusal';
  readonly class: 'declined' | 'invalid';
  readonly code: string;

  constructor(kind: 'declined' | 'invalid', code: string, message: string) {
    super(message);
    this.class = kind;
    this.code = code;
  }
}

interface Stored {
  readonly id: string;
  readonly reference: string | null;
  readonly createdAt: string;
  readonly asOf: string;
}

/** Objects of one kind: what was made under a key is not made again. */
export class MemoryShelf<Kept extends Stored> {
  readonly #prefix: string;
  readonly #objects = new Map<string, Kept>();
  readonly #answers = new Map<string, { readonly input: unknown; readonly answer: Kept }>();

  /** @param prefix of ids: `pay` */
  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** @throws MemoryRefusal where there is none: what is in memory is gone with the process */
  get(id: string): Kept {
    const object = this.#objects.get(id);
    if (object) return object;
    throw new MemoryRefusal(
      'invalid',
      'resource_missing',
      `Nothing is in memory under ${id}. It was lost with a restart?`,
    );
  }

  find(reference: string): Kept | undefined {
    return this.all.find((one) => one.reference === reference);
  }

  /** The newest first. */
  get all(): readonly Kept[] {
    return [...this.#objects.values()].reverse();
  }

  make(key: string, input: { readonly reference: string }, values: Omit<Kept, keyof Stored>): Kept;
  make(key: string, input: { readonly reference: string }, values: object): object {
    return this.#once(key, input, () => {
      const now = new Date().toISOString();
      const id = `${this.#prefix}_${randomUUID()}`;
      return this.#typed({ ...values, id, reference: input.reference, createdAt: now, asOf: now });
    });
  }

  /** @param changes of the object as it is; throws where they cannot be */
  change(key: string, input: object, id: string, changes: (before: Kept) => Partial<Kept>): Kept {
    return this.#once(key, input, () => {
      const before = this.get(id);
      return { ...before, ...changes(before), asOf: new Date().toISOString() };
    });
  }

  #once(key: string, input: unknown, work: () => Kept): Kept {
    const known = this.#answers.get(key);
    if (known && !isDeepStrictEqual(known.input, input)) {
      throw new MemoryRefusal('invalid', 'idempotency_error', 'The key stands for other work already.');
    }
    if (known) return known.answer;
    const answer = work();
    this.#objects.set(answer.id, answer);
    this.#answers.set(key, { input, answer });
    return answer;
  }

  /** `values` are all that `Kept` has besides what is added to them. */
  #typed(whole: Stored): Kept {
    return whole as Kept;
  }
}
