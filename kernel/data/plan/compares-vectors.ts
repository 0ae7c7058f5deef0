import type { Database } from '../database/database.ts';

/** Does the database have what orders rows by the distance of their vectors? */
export async function comparesVectors(database: Database): Promise<boolean> {
  if (database.dialect === 'sqlite') return database.loadVectors();
  if (database.dialect !== 'postgres') return false;
  return (await database.run(`select 1 as found from pg_type where typname = 'vector'`)).length > 0;
}
