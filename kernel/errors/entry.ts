/** What an error of the catalogue says. */
export interface Entry<Details> {
  /** What happened, and, where one sentence can say it, how to mend it. */
  readonly message: (details: Details) => string;
  /** HTTP status when the error reaches a client of the administration routes; 500 if left out. */
  readonly status?: number;
}

export const entry = <Details>(message: (details: Details) => string, status?: number): Entry<Details> =>
  status === undefined ? { message } : { message, status };

export const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');
