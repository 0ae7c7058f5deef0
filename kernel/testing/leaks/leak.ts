/** Something that outlives the extension that made it. */
export interface Leak {
  readonly extension: string;
  /** What it is, as the end of a sentence: `a timer (setInterval, 1000 ms)`. */
  readonly what: string;
  /** File, line and column in the extension where it was made, where that is known. */
  readonly at: string | undefined;
}

/** One leak for each place: a child process, for example, is a process and three pipes. */
export function groupLeaks(leaks: readonly Leak[]): readonly Leak[] {
  const groups = Map.groupBy(leaks, ({ extension, what, at }) => `${extension} ${at ?? what}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    const what = [...new Set(group.map((leak) => leak.what))].join(', ');
    return first ? [{ ...first, what }] : [];
  });
}
