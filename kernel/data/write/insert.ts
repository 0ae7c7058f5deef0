import type { Database } from '../database/database.ts';
import type { Dialect } from '../database/dialect.ts';

/** Parameters that one statement may have, well below what each dialect allows. */
const parametersAtOnce: Readonly<Record<Dialect, number>> = {
  sqlite: 2000,
  postgres: 10_000,
  mysql: 10_000,
  mssql: 2000,
};

/** Rows that one statement may have: a power of two, and less than the 1,000 that MSSQL allows. */
const rowsAtOnce = 512;

/** Inserts rows into one table, past Objection and knex: many rows in each statement, and few texts of statements. */
export class Inserter {
  readonly #database: Database;
  readonly #columns: number;
  readonly #begin: string;
  readonly #most: number;
  readonly #statements = new Map<number, string>();

  /** @param columns their names */
  constructor(database: Database, table: string, columns: readonly string[]) {
    const quoted = (name: string): string => database.knex.ref(name).toString();
    this.#database = database;
    this.#columns = columns.length;
    this.#begin = `insert into ${quoted(table)} (${columns.map(quoted).join(', ')}) values `;
    const fitting = Math.max(1, Math.floor(parametersAtOnce[database.dialect] / columns.length));
    this.#most = Math.min(rowsAtOnce, 2 ** Math.floor(Math.log2(fitting)));
  }

  /**
   * All rows or none: more than one statement are a transaction.
   * @param rows the parameters of each, in the order of the columns
   */
  async insert(rows: readonly (readonly unknown[])[]): Promise<void> {
    if (rows.length <= 1) return this.#insertAll(rows);
    return this.#database.transaction(() => this.#insertAll(rows));
  }

  async #insertAll(rows: readonly (readonly unknown[])[]): Promise<void> {
    let start = 0;
    while (start < rows.length) {
      // Powers of two, so that all numbers of rows make do with ten statements, which stay prepared.
      const count = Math.min(this.#most, 2 ** Math.floor(Math.log2(rows.length - start)));
      const parameters: unknown[] = [];
      for (let at = start; at < start + count; at += 1) parameters.push(...(rows[at] ?? []));
      await this.#database.run(this.#statement(count), parameters);
      start += count;
    }
  }

  #statement(count: number): string {
    const known = this.#statements.get(count);
    if (known !== undefined) return known;
    const made = this.#begin + placeholders(this.#database.dialect, count, this.#columns);
    this.#statements.set(count, made);
    return made;
  }
}

function placeholders(dialect: Dialect, rows: number, columns: number): string {
  let number = 0;
  const one = (): string => {
    number += 1;
    return dialect === 'postgres' ? `$${number}` : '?';
  };
  const list = (): string => `(${Array.from({ length: columns }, one).join(', ')})`;
  return Array.from({ length: rows }, list).join(', ');
}
