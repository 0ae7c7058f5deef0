import type { Filter } from '../../data/entity/filter.ts';
import type { DataContext } from '../../data/repository/data-context.ts';
import type { Actor } from '../../http/actor.ts';
import type { Input } from './input-validator.ts';
import type { OwnedRule } from './rule.ts';

/** What the checks against the database need. */
export interface RuleWorld {
  readonly data: DataContext;
  readonly actor: Actor | undefined;
  /** The rule of that name. */
  rule(name: string): OwnedRule;
  /** Which rows of an entity the actor may read: a filter, `undefined` for all, `'none'` for none. */
  readable(entity: string): Promise<Filter | undefined | 'none'>;
}

/** An input, and where it stands in what was sent. */
export interface Placed {
  readonly input: Input;
  readonly pointer: string;
  /** Of the row that is updated. */
  readonly id: string | undefined;
  /** That row as it is. */
  readonly row?: Readonly<Record<string, unknown>>;
}

/** The application's own question: it may ask about any field, and has no limits. */
export function countRows({ data }: RuleWorld, entity: string, filter: Filter): Promise<number> {
  const { database } = data.schema(entity).options;
  return data
    .reader(database)
    .count(entity, {}, { access: (name) => (name === entity ? filter : undefined) });
}

/** Is there anything to check? What is absent breaks no rule. */
export function isValue(value: unknown): boolean {
  return value !== undefined && value !== null;
}
