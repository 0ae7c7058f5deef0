import {
  type Driver,
  defineDriver,
  type Reconciliation,
  ResponseError,
  Type,
} from '../../../kernel/index.ts';
import type { VirtualClock } from '../../../kernel/testing/virtual-clock.ts';

/** What goes wrong with a request, or nothing. */
const faults = [
  'none',
  'none',
  'refused',
  'reset before the write',
  'lost answer',
  'lost request',
  'done much later',
  '500 done',
  '500 not done',
  '429',
  '401',
  'declined',
  'malformed',
] as const;
type Fault = (typeof faults)[number];

/** A program that talks to the API; it may die. */
export interface Process {
  dead: boolean;
}

/**
 * An API with accounts, in which all may go wrong that can go wrong between a request and its answer. It keeps count of
 * what it really did.
 */
export class UnreliableApi {
  /** What was done, by key: once for each time that it was done. */
  readonly effects: { readonly key: string; readonly account: string }[] = [];
  readonly #done = new Map<string, number>();
  readonly #underWay = new Set<string>();
  /** Requests that have left and not arrived yet: their sender may be dead by now. */
  readonly #inTransit = new Map<symbol, string>();
  readonly #clock: VirtualClock;
  readonly #random: () => number;
  readonly #heedsKeys: boolean;

  constructor(clock: VirtualClock, random: () => number, { heedsKeys }: { readonly heedsKeys: boolean }) {
    this.#clock = clock;
    this.#random = random;
    this.#heedsKeys = heedsKeys;
  }

  /** A driver of it, for one process. */
  driver(
    process: Process,
    { reconciles, deduplicates }: { reconciles: boolean; deduplicates: boolean },
  ): Driver {
    return defineDriver('fake', {
      capability: 'mail',
      deduplicates,
      config: Type.Object({ name: Type.String(), account: Type.String() }),
      create: ({ account }) => ({
        account,
        send: (_input: unknown, { key }: { key: string }) => this.#request(process, account, key),
      }),
      ...(reconciles
        ? {
            reconcile: ({ account }: { account: string }, { key }: { key: string }) =>
              this.#answer(account, key),
          }
        : {}),
    });
  }

  async #request(process: Process, account: string, key: string): Promise<unknown> {
    if (process.dead) return never;
    const fault: Fault = faults[Math.floor(this.#random() * faults.length)] ?? 'none';
    if (fault === 'refused') throw coded('ECONNREFUSED');
    if (fault === 'reset before the write') throw unwritten();
    const transit = Symbol(key);
    this.#inTransit.set(transit, `${account} ${key}`);
    await this.#pass(this.#random() * 50);
    this.#inTransit.delete(transit);
    const answer = await this.#work(fault, account, key);
    await this.#pass(this.#random() * 50);
    // A dead process hears nothing.
    if (process.dead) return never;
    if (answer instanceof Error) throw answer;
    return answer;
  }

  async #work(fault: Fault, account: string, key: string): Promise<unknown> {
    const id = `${account} ${key}`;
    if (fault === 'lost request') return never;
    if (fault === '429') return new ResponseError(429, new Headers({ 'retry-after': '1' }));
    if (fault === '401') return new ResponseError(401);
    if (fault === '500 not done') return new ResponseError(500);
    if (this.#heedsKeys && this.#underWay.has(id)) return new ResponseError(409);
    const known = this.#heedsKeys ? this.#done.get(id) : undefined;
    if (known === undefined && fault === 'declined') return new ResponseError(422);
    if (known === undefined && fault === 'done much later') {
      this.#underWay.add(id);
      this.#clock.after(this.#random() * 60_000, () => {
        this.#underWay.delete(id);
        this.#do(account, key);
      });
      return never;
    }
    const number = known ?? this.#do(account, key);
    if (fault === 'lost answer') return this.#random() < 0.5 ? never : coded('ECONNRESET');
    if (fault === '500 done') return new ResponseError(500);
    return fault === 'malformed' ? 'no number' : number;
  }

  #do(account: string, key: string): number {
    this.effects.push({ key, account });
    this.#done.set(`${account} ${key}`, this.effects.length);
    return this.effects.length;
  }

  async #answer(account: string, key: string): Promise<Reconciliation> {
    await this.#pass(this.#random() * 50);
    const luck = this.#random();
    if (luck < 0.15) throw coded('ECONNREFUSED');
    const id = `${account} ${key}`;
    const number = this.#done.get(id);
    const mayCome = this.#underWay.has(id) || [...this.#inTransit.values()].includes(id);
    if (luck < 0.3 || mayCome) return { state: 'unknown' };
    return number === undefined ? { state: 'notDone' } : { state: 'done', value: number };
  }

  #pass(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      this.#clock.after(milliseconds, resolve);
    });
  }
}

/** For what never comes. */
export const never = new Promise<never>(() => {});

function coded(code: string): Error {
  return Object.assign(new Error(code), { code });
}

function unwritten(): Error {
  return Object.assign(new Error('other side closed'), {
    code: 'UND_ERR_SOCKET',
    socket: { bytesWritten: 0 },
  });
}
