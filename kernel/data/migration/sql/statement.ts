import type { Table } from '../../table/table.ts';
import type { RunWork } from '../step/step.ts';

/** What is true of a database once a statement has run: by it one sees whether an interrupted one took effect. */
export interface Effect {
  readonly kind: 'table' | 'column' | 'index' | 'foreign key' | 'trigger';
  readonly table: string;
  /** Of the column, index, key or trigger; the table's for a table. */
  readonly name: string;
  readonly present: boolean;
}

export interface Statement {
  readonly sql: string;
  /** `undefined`: running it again harms nothing. */
  readonly effect?: Effect;
}

/** A step as one dialect does it. */
export type RenderedStep =
  | {
      readonly kind: 'statements';
      readonly statements: readonly Statement[];
      /** A column that this table can only get while it has no rows. */
      readonly onlyWhenEmpty?: string;
    }
  /** SQLite changes a table by making it anew. */
  | {
      readonly kind: 'rebuild';
      readonly from: Table;
      readonly to: Table;
      readonly statements: readonly Statement[];
    }
  /** As written by people: nothing is known of their effect. */
  | { readonly kind: 'sql'; readonly texts: readonly string[] }
  | { readonly kind: 'run'; readonly work: RunWork };

/** The SQL of a step, for people. */
export function textsOf(step: RenderedStep): readonly string[] {
  if (step.kind === 'run') return [];
  return step.kind === 'sql' ? step.texts : step.statements.map(({ sql }) => sql);
}
