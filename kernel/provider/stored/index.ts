/** What providers keep in the database. Apart from the pool, which knows no database. */

export { DatabaseJournal, type DatabaseJournalOptions } from './database-journal.ts';
export { OutsideTransactions } from './outside-transactions.ts';
export { StoredInstances, type StoredInstancesOptions } from './stored-instances.ts';
export { ProviderTables, type TablesOptions } from './tables.ts';
