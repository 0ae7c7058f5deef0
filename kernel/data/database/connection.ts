/** A connection of a pool, of whatever class the dialect's package has. */
export type Connection = unknown;
