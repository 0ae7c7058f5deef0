/** What an error of the catalogue says. */
export interface Entry<Details> {
  /** What happened, and, where one sentence can say it, how to mend it. */
  readonly message: (details: Details) => string;
  /** HTTP status when the error reaches a client of the administration routes; 500 if left out. */
  readonly status?: number;
  /**
   * What clients of every route may read of it, when nobody catches it. If left out they read nothing: it is a fault of
   * the code, or tells of its insides, and leaves as a 500.
   */
  readonly shown?: (details: Details) => string;
}

/**
 * @param shown may clients of every route read the message? or what they may read in its place
 */
export const entry = <Details>(
  message: (details: Details) => string,
  status?: number,
  shown?: 'shown' | ((details: Details) => string),
): Entry<Details> => ({
  message,
  ...(status === undefined ? {} : { status }),
  ...(shown === undefined ? {} : { shown: shown === 'shown' ? message : shown }),
});

/** With a full stop, unless it has an end of its own. */
export const sentence = (text = ''): string => (/[.?!]$/.test(text) ? text : `${text}.`);

/** A sentence with one mark at its end, whichever it brings. */
export const ended = (text: string): string => (/[.?!]$/.test(text) ? text : `${text}.`);

export const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');
