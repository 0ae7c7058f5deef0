import type { Quota } from './quota.ts';

/** That a name is to be left alone: what processes tell each other. */
export interface SharedRest {
  readonly name: string;
  /** Milliseconds from now. */
  readonly remaining: number;
  /** How often it was throttled before without being told for how long. */
  readonly level: number;
}

/** Who is told what others have said. */
export interface SharedListener {
  /** Another process has said that a name rests. */
  onRest(rest: SharedRest): void;
  /** What this process knows that the others may not: it could not tell them. */
  rests(): Iterable<SharedRest>;
}

/** What several processes know together. Nobody waits for it long, and it may be away at any time. */
export interface SharedState {
  /** Begins to tell and to listen. */
  connect(listener: SharedListener): void;
  /** Tells the others, some time soon. */
  tell(rest: SharedRest): void;
  /**
   * Takes one call of each of a group's quotas, or of none.
   *
   * @param within milliseconds that whoever asks has
   * @returns milliseconds until there is one again; 0: it was taken. `undefined`, at once or after a short time: it cannot be
   *   known now
   */
  take(group: string, quotas: readonly Quota[], within: number): Promise<number | undefined> | undefined;
  close(): Promise<void>;
}
