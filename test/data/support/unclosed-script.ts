// Run by itself, with the URL of a database: asks it in every way, and does not close it.
import { Database } from 'backplane/data';

const database = new Database({ url: String(process.argv[2]) });
await Promise.all(Array.from({ length: 4 }, async () => database.run('select 1 as one')));
await database.transaction(async () => database.knex.select(database.knex.raw('2 as two')));
const [row] = await database.session(async () => database.run('select 3 as three'));
console.log(Number(row?.three));
