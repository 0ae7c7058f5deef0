/** What a record knows of its object. */
export interface Known {
  readonly status: string;
  /** `null`: the provider has not said anything yet. */
  readonly asOf: string | null;
}

/** What somebody says of it. */
export interface Said {
  readonly status: string;
  readonly asOf: string;
  /** `event`: as it was when it was sent; events may overtake each other. `answer`: to a change. `asked`: just now, for this. */
  readonly by: 'event' | 'answer' | 'asked';
  /** Would anything of the record change? */
  readonly differs: boolean;
}

/** `ask`: what is known and what is said do not go together, so that only the provider can tell. */
export type Verdict = 'apply' | 'outdated' | 'ask';

/**
 * Does what is said replace what is known? What is older never replaces what is newer, and no state follows a final one. The
 * clock of the provider counts in seconds: of two things said in the same one, nobody knows which came first.
 *
 * @param finals states that no other follows
 */
export function decide(known: Known, said: Said, finals: readonly string[]): Verdict {
  // A refusal came without a time: an event may tell of what led to it.
  if (known.asOf === null) return known.status === 'failed' && said.by === 'event' ? 'ask' : 'apply';
  const wasFinal = finals.includes(known.status);
  const isFinal = finals.includes(said.status);
  const age = secondsOf(said.asOf) - secondsOf(known.asOf);
  if (said.by === 'asked') return age < 0 || (wasFinal && !isFinal) ? 'outdated' : 'apply';
  if (age < 0) return isFinal && !wasFinal ? 'ask' : 'outdated';
  // What led to a final state comes along with it, often in the same second.
  if (age === 0 && wasFinal && !isFinal) return 'outdated';
  if (wasFinal && said.status !== known.status) return 'ask';
  return age === 0 && said.differs ? 'ask' : 'apply';
}

const secondsOf = (moment: string): number => Math.floor(Date.parse(moment) / 1000);
