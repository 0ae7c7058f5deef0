import type { Knex } from 'knex';
import type { Dialect } from '../../database/dialect.ts';

/** What a step is rendered for. */
export interface Target {
  readonly dialect: Dialect;
  /** To quote names and build statements with; nothing is sent over it. */
  readonly knex: Knex;
}
