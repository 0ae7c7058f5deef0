import type { Database } from 'backplane/data';
import { type Rights, readRights } from './rights.ts';

/** Milliseconds after which rights are read again although nobody said that they changed: code may forget to say it. */
const longest = 60_000;

/** Milliseconds within which a transaction that changed rights has surely ended. */
const longestTransaction = 60_000;

interface Kept {
  readonly rights: Rights;
  readonly readAt: number;
}

export interface RightsCacheOptions {
  readonly database: () => Database;
  /** Milliseconds until a change in another process counts here. */
  readonly maxAge: number;
  /** Users whose rights are kept at most. */
  readonly most: number;
}

/**
 * The rights of users, kept until the permission epoch says that some have changed. Those who were asked for least lately go
 * first. What is read within a transaction is not kept: it may be rolled back.
 */
export class RightsCache {
  readonly #database: () => Database;
  readonly #maxAge: number;
  readonly #most: number;
  readonly #kept = new Map<string, Kept>();
  readonly #reading = new Map<string, Promise<Rights>>();
  #epoch: number | undefined;
  #checkedAt = Number.NEGATIVE_INFINITY;
  #checking: Promise<void> | undefined;
  #raisedAt = Number.NEGATIVE_INFINITY;
  /** Grows whenever everything is forgotten, so that what was being read meanwhile is not kept. */
  #age = 0;

  constructor({ database, maxAge, most }: RightsCacheOptions) {
    this.#database = database;
    this.#maxAge = maxAge;
    this.#most = most;
  }

  /** At once where they are known, and known to be fresh. */
  of(userId: string): Rights | Promise<Rights> {
    const database = this.#database();
    const now = performance.now();
    if (database.inTransaction) return this.#within(database, userId, now);
    if (now - this.#checkedAt >= this.#maxAge) return this.#afterCheck(database, userId, now);
    return this.#fresh(userId, now) ?? this.#read(database, userId);
  }

  /** Rights are about to change in a transaction, which itself must see that already. */
  noteRaise(): void {
    this.#raisedAt = performance.now();
  }

  forget(): void {
    this.#age += 1;
    this.#kept.clear();
    this.#reading.clear();
    this.#checkedAt = Number.NEGATIVE_INFINITY;
  }

  /**
   * Whatever the transaction has changed itself counts. What it sees may be older than what is kept, or never be
   * committed, so that nothing is concluded from it for others.
   */
  #within(database: Database, userId: string, now: number): Rights | Promise<Rights> {
    if (now - this.#raisedAt < longestTransaction) return readRights(database, userId);
    if (now - this.#checkedAt >= this.#maxAge) return this.#withinAfterCheck(database, userId, now);
    return this.#fresh(userId, now) ?? readRights(database, userId);
  }

  async #withinAfterCheck(database: Database, userId: string, now: number): Promise<Rights> {
    const kept = this.#fresh(userId, now);
    const isCurrent = kept !== undefined && (await readEpoch(database)) === this.#epoch;
    return isCurrent ? kept : readRights(database, userId);
  }

  async #afterCheck(database: Database, userId: string, asked: number): Promise<Rights> {
    // With a maximum age of 0 whoever asks later than the check began needs one of their own.
    if (this.#maxAge === 0) await this.#check(database, asked);
    else {
      this.#checking ??= this.#check(database, asked).finally(() => {
        this.#checking = undefined;
      });
      await this.#checking;
    }
    return this.#fresh(userId, performance.now()) ?? this.#read(database, userId);
  }

  async #check(database: Database, asked: number): Promise<void> {
    const age = this.#age;
    const epoch = await readEpoch(database);
    if (age !== this.#age) return;
    if (epoch !== this.#epoch) {
      this.forget();
      this.#epoch = epoch;
    }
    this.#checkedAt = asked;
  }

  #fresh(userId: string, now: number): Rights | undefined {
    const found = this.#kept.get(userId);
    if (found === undefined || now - found.readAt > longest) return undefined;
    if (this.#kept.size >= this.#most) {
      this.#kept.delete(userId);
      this.#kept.set(userId, found);
    }
    return found.rights;
  }

  /** Those who ask for the same user at the same time wait for one answer. */
  #read(database: Database, userId: string): Promise<Rights> {
    const running = this.#reading.get(userId);
    if (running) return running;
    const reading = this.#readAndKeep(database, userId).finally(() => {
      if (this.#reading.get(userId) === reading) this.#reading.delete(userId);
    });
    this.#reading.set(userId, reading);
    return reading;
  }

  async #readAndKeep(database: Database, userId: string): Promise<Rights> {
    const age = this.#age;
    const rights = await readRights(database, userId);
    if (age !== this.#age) return rights;
    this.#kept.delete(userId);
    this.#kept.set(userId, { rights, readAt: performance.now() });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > this.#most && oldest !== undefined) this.#kept.delete(oldest);
    return rights;
  }
}

async function readEpoch(database: Database): Promise<number> {
  const [row] = await database.run('select number from teams_epoch');
  return Number(row?.number ?? 0);
}
