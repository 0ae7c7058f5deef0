import type { Container, Services } from '../../container/index.ts';
import type { EntitySchema } from '../../data/entity/entity-schema.ts';
import type { DataContext } from '../../data/repository/data-context.ts';
import { BackplaneError } from '../../errors.ts';
import type { Actor } from '../../http/actor.ts';
import { type Contribution, defineRegistry, type Owner } from '../../snapshot/index.ts';

/** What a rule is asked about. */
export interface RuleContext {
  /** Never NULL: what is absent breaks no rule. */
  readonly value: unknown;
  /** What the field says of the rule: `{ rules: { 'max-words': 5 } }` gives 5. */
  readonly parameter: unknown;
  readonly entity: EntitySchema;
  /** Name of the field. */
  readonly field: string;
  /** The whole input. */
  readonly input: Readonly<Record<string, unknown>>;
  /** Of the row that is updated; `undefined` for a new one. */
  readonly id: string | undefined;
  readonly actor: Actor | undefined;
  readonly data: DataContext;
  /** The services of the extension that the rule belongs to. */
  readonly services: Services;
}

/** A check of a value that a JSON schema cannot express. */
export interface Rule {
  /** What fields name it by, in kebab case. */
  readonly name: string;
  /** @returns what is wrong, to follow the field's name ("is taken already"); `undefined` if nothing is */
  check(context: RuleContext): string | undefined | Promise<string | undefined>;
}

/**
 * Defines a validation rule. A file under `rules/` exports it; a field asks for it by name.
 *
 * @example
 * export default defineRule({
 *   name: 'max-words',
 *   check: ({ value, parameter }) =>
 *     String(value).split(' ').length > Number(parameter) ? `may have ${parameter} words at most` : undefined,
 * });
 * // Type.String({ rules: { 'max-words': 5 } })
 */
export function defineRule(rule: Rule): Rule {
  return rule;
}

export interface RuleOwner extends Owner {
  readonly container: Container;
}

export interface OwnedRule {
  readonly rule: Rule;
  readonly owner: RuleOwner;
}

export type RuleTable = ReadonlyMap<string, OwnedRule>;

/** Collects `rules/`. */
export const rules = defineRegistry<Rule, RuleTable, RuleOwner>({
  name: 'rules',
  folder: 'rules',
  expected: 'a rule made with defineRule({ name, check })',
  accepts: (value): value is Rule =>
    typeof value === 'object' &&
    value !== null &&
    'name' in value &&
    typeof value.name === 'string' &&
    'check' in value &&
    typeof value.check === 'function',
  compile: compileRules,
});

function compileRules(contributions: readonly Contribution<Rule, RuleOwner>[]): RuleTable {
  const table = new Map<string, OwnedRule>();
  for (const { value: rule, owner } of contributions) {
    const other = table.get(rule.name);
    if (other) {
      const what = `The validation rule "${rule.name}"`;
      throw new BackplaneError('CONTRIBUTION_CONFLICT', { what, owners: [other.owner.name, owner.name] });
    }
    table.set(rule.name, { rule, owner });
  }
  return table;
}

/** The rules that a field asks for, with their parameters. */
export function rulesOf(schema: object): readonly (readonly [name: string, parameter: unknown])[] {
  const asked: unknown = 'rules' in schema ? schema.rules : undefined;
  return typeof asked === 'object' && asked !== null ? Object.entries(asked) : [];
}
