// Run by itself: takes the write lock of an SQLite file, says so, and lets go of it when its standard input ends.
import { createRequire } from 'node:module';
import type SQLite from 'better-sqlite3';

const Database: typeof SQLite = createRequire(import.meta.url)('better-sqlite3');
const handle = new Database(process.argv[2]);
handle.exec('begin immediate');
console.log('held');
process.stdin.on('end', () => {
  handle.exec('commit');
  handle.close();
});
process.stdin.resume();
