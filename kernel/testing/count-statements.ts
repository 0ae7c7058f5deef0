import type { Database } from '../data/index.ts';

/** What a piece of work asked of a database. */
export interface CountedStatements<Result> {
  readonly result: Result;
  readonly count: number;
  /** Their texts, in order. */
  readonly statements: readonly string[];
}

const control = /^\s*(begin|start transaction|commit|rollback|savepoint|release)\b/i;

/**
 * Counts the statements of a database while `work` runs, without those that begin and end transactions. Statements of
 * others that run at the same time are counted, too.
 *
 * @example
 * const { count } = await countStatements(database, () => posts.query().with('author').get());
 * expect(count).to.equal(2);
 */
export async function countStatements<Result>(
  database: Pick<Database, 'onStatement'>,
  work: () => Promise<Result>,
): Promise<CountedStatements<Result>> {
  const statements: string[] = [];
  const end = database.onStatement(({ sql }) => {
    if (!control.test(sql)) statements.push(sql);
  });
  try {
    const result = await work();
    return { result, count: statements.length, statements };
  } finally {
    end();
  }
}
