/** Who contributed a value. Extension generations are owners; so is the kernel itself. */
export interface Owner {
  /** Name of the extension, or `kernel`. */
  readonly name: string;
  /** Counts the times this extension has been loaded, from 1. */
  readonly generation: number;
  /** Where the owner's routes mount, `/blog` or the empty string. */
  readonly prefix: string;
}

/** One value, tagged with who contributed it and where it stands. */
export interface Contribution<Value, By extends Owner = Owner> {
  readonly owner: By;
  /** File inside the extension (`routes/posts.ts`), or `register` for a value contributed by code. */
  readonly source: string;
  readonly value: Value;
}
