/** How a benchmark is to be run. */
export interface Progress {
  /** Short rounds and few samples: to see that it works, not to be quoted. */
  readonly quick: boolean;
  /** Says, for people, how it is run and how far it is. */
  readonly tell: (text: string) => void;
}
