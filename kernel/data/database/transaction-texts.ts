/** How SQLite is told to begin and to end a transaction. */
export interface TransactionTexts {
  readonly begin: string;
  readonly commit: string;
  readonly undo: readonly string[];
}

/** SQLite's: it takes the write lock at once, which one that read first could not get if another process wrote meanwhile. */
export const wholeTexts: TransactionTexts = {
  begin: 'begin immediate',
  commit: 'commit',
  undo: ['rollback'],
};

/** Of a part that can be rolled back alone. Parts beside each other run one after the other, so that they share a name. */
export function partTexts(depth: number): TransactionTexts {
  const name = `part_${depth}`;
  return {
    begin: `savepoint ${name}`,
    commit: `release ${name}`,
    undo: [`rollback to ${name}`, `release ${name}`],
  };
}
