/** The kinds of databases. MySQL and MariaDB are one: what differs is asked of the server. */
export type Dialect = 'sqlite' | 'postgres' | 'mysql' | 'mssql';
