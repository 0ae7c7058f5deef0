import type { Database } from '../database/database.ts';
import type { Dialect } from '../database/dialect.ts';
import type { FieldCodec } from '../model/value.ts';

/** Parameters that one statement may have, well below what each dialect allows. */
const parametersAtOnce: Readonly<Record<Dialect, number>> = {
  sqlite: 3000,
  postgres: 10_000,
  mysql: 10_000,
  mssql: 2000,
};

/** Rows that one statement may have: a power of two, and less than the 1,000 that MSSQL allows. */
const rowsAtOnce = 512;

/** Inserts rows into one table, past Objection and knex: many rows in each statement, and few texts of statements. */
export class Inserter {
  readonly #database: Database;
  readonly #codecs: readonly FieldCodec[];
  readonly #begin: string;
  readonly #most: number;
  readonly #statements = new Map<number, string>();

  constructor(database: Database, table: string, codecs: readonly FieldCodec[]) {
    const quoted = (name: string): string => database.knex.ref(name).toString();
    const columns = codecs.map(({ field }) => quoted(field.column)).join(', ');
    this.#database = database;
    this.#codecs = codecs;
    this.#begin = `insert into ${quoted(table)} (${columns}) values `;
    const fitting = Math.max(1, Math.floor(parametersAtOnce[database.dialect] / codecs.length));
    this.#most = Math.min(rowsAtOnce, 2 ** Math.floor(Math.log2(fitting)));
  }

  /** More than one statement if there are many rows: within a transaction, so that all rows are there or none. */
  async insert(rows: readonly Readonly<Record<string, unknown>>[]): Promise<void> {
    if (rows.length <= 1) return this.#insertAll(rows);
    return this.#database.transaction(() => this.#insertAll(rows));
  }

  async #insertAll(rows: readonly Readonly<Record<string, unknown>>[]): Promise<void> {
    let start = 0;
    while (start < rows.length) {
      // Powers of two, so that all numbers of rows make do with ten statements, which stay prepared.
      const count = Math.min(this.#most, 2 ** Math.floor(Math.log2(rows.length - start)));
      const parameters: unknown[] = [];
      for (let at = start; at < start + count; at += 1) {
        const row = rows[at];
        for (const { field, encode } of this.#codecs) parameters.push(encode(row?.[field.name]));
      }
      await this.#database.run(this.#statement(count), parameters);
      start += count;
    }
  }

  #statement(count: number): string {
    const known = this.#statements.get(count);
    if (known !== undefined) return known;
    const made = this.#begin + placeholders(this.#database.dialect, count, this.#codecs.length);
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
