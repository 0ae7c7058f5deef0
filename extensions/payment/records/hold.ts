import type { Services } from 'backplane';

/**
 * Holds a row until the transaction has ended (`SELECT … FOR UPDATE`). SQLite has none and needs none: there one transaction
 * writes at a time.
 */
export async function hold(data: Services['data'], table: string, id: string): Promise<void> {
  await data.database().knex(table).select('id').where({ id }).forUpdate();
}
