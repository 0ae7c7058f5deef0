/** Services of these tests. Their names are unlike any real one, since declarations merge program-wide. */
declare module 'backplane' {
  interface Services {
    alpha: Part;
    beta: Part;
    gamma: Part;
    delta: Part;
  }
}

/** A service that knows what it was built on. */
export class Part {
  readonly label: string;
  readonly on: readonly Part[];

  constructor(label: string, ...on: readonly Part[]) {
    this.label = label;
    this.on = on;
  }
}

/** The error that a function throws, so that several of its properties can be looked at. */
export function errorOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('Nothing was thrown.');
}
