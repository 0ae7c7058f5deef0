import { type AccessTerm, can, termOf } from '../data/entity/access-rule.ts';
import type { EntityCatalog } from '../data/entity/catalog.ts';
import type { EntitySchema } from '../data/entity/entity-schema.ts';
import { BackplaneError, didYouMean, throwFaults } from '../errors.ts';
import { type CapabilityTable, capabilities } from '../provider/index.ts';
import { defineRegistry, type Views } from '../snapshot/index.ts';
import { authorities, type OwnedAuthority } from './access/authority.ts';
import { accessRuleFaults } from './access/rule-faults.ts';
import { entities } from './entities.ts';
import { capabilityFaults, externalRuleFaults } from './external/check-capability.ts';
import type { ExternalEntity } from './external/entity.ts';
import { operations } from './hook/context.ts';
import type { Chain, HookTable } from './hook/hook-table.ts';
import { hookRegistry } from './hook/hooks.ts';
import { managerRegistry, type OwnedMethod } from './manager/method.ts';
import { hasRules } from './validation/check-rules.ts';
import { InputValidator } from './validation/input-validator.ts';
import { type RuleTable, rules, rulesOf } from './validation/rule.ts';
import { createSchema, updateSchema } from './view/schemas.ts';

/** What access rules may be about, beside methods. */
const ruled: readonly string[] = ['read', 'create', 'update', 'delete', 'restore', 'aggregate'];

/** Names of fields whose rules are built in. */
const builtinRules: readonly string[] = ['unique', 'exists'];

/** An entity with everything that its manager needs to know. */
export class Resource {
  readonly schema: EntitySchema;
  /** Where its rows lie behind a provider; `undefined`: in a table. */
  readonly external: ExternalEntity | undefined;
  /** Where the routes of its extension mount: `/blog`, or the empty string. */
  readonly prefix: string;
  readonly methods: ReadonlyMap<string, OwnedMethod>;
  readonly create: InputValidator;
  readonly update: InputValidator;
  /** Of the server's own code, which may set what callers may not. */
  readonly serverCreate: InputValidator;
  readonly serverUpdate: InputValidator;
  /** Is there anything to ask the database about an input? */
  readonly hasRules: boolean;
  readonly #hooks: HookTable;
  readonly #terms = new Map<string, AccessTerm>();

  constructor(
    schema: EntitySchema,
    prefix: string,
    methods: ReadonlyMap<string, OwnedMethod>,
    hooks: HookTable,
    external?: ExternalEntity,
  ) {
    this.schema = schema;
    this.external = external;
    this.prefix = prefix;
    this.methods = methods;
    this.create = new InputValidator(schema, createSchema(schema));
    this.update = new InputValidator(schema, updateSchema(schema));
    this.serverCreate = new InputValidator(schema, createSchema(schema, 'server'));
    this.serverUpdate = new InputValidator(schema, updateSchema(schema, 'server'));
    this.hasRules = hasRules(schema);
    this.#hooks = hooks;
  }

  /** The rule of an operation. */
  term(operation: string): AccessTerm {
    const known = this.#terms.get(operation) ?? this.#ruleOf(operation);
    this.#terms.set(operation, known);
    return known;
  }

  /** The hooks of an operation; `undefined` if there are none. */
  chain(operation: string): Chain | undefined {
    return this.#hooks.chain(this.schema.name, operation);
  }

  #ruleOf(operation: string): AccessTerm {
    const { access, name } = this.schema;
    const own = access.get(operation);
    const method = this.methods.get(operation)?.method.access;
    if (own) return own.term;
    if (method) return termOf(method);
    // Whoever may take a row away may bring it back.
    const deleting = operation === 'restore' ? access.get('delete') : undefined;
    return deleting?.term ?? can(`${name}:${operation}`).term;
  }
}

/** What managers work with: every entity with its rules, hooks and methods. */
export class ResourceTable {
  /** Of all entities, wherever their rows lie. */
  readonly catalog: EntityCatalog;
  readonly hooks: HookTable;
  readonly rules: RuleTable;
  readonly authorities: readonly OwnedAuthority[];
  readonly #resources: ReadonlyMap<string, Resource>;

  constructor(
    catalog: EntityCatalog,
    hooks: HookTable,
    rules: RuleTable,
    authorities: readonly OwnedAuthority[],
    resources: ReadonlyMap<string, Resource>,
  ) {
    this.catalog = catalog;
    this.hooks = hooks;
    this.rules = rules;
    this.authorities = authorities;
    this.#resources = resources;
  }

  get all(): readonly Resource[] {
    return [...this.#resources.values()];
  }

  /** @throws ENTITY_UNKNOWN */
  get(entity: string): Resource {
    const found = this.#resources.get(entity);
    if (found) return found;
    const suggestion = didYouMean(entity, this.#resources.keys());
    throw new BackplaneError('ENTITY_UNKNOWN', { entity, suggestion });
  }
}

/** Joins the views that managers need. Nobody contributes to it. */
export const resources = defineRegistry<never, ResourceTable>({
  name: 'resources',
  dependsOn: [
    entities.name,
    hookRegistry.name,
    rules.name,
    managerRegistry.name,
    authorities.name,
    capabilities.name,
  ],
  expected: 'nothing: it is compiled from entities, hooks, rules, managers and authorities',
  accepts: (_value): _value is never => false,
  compile: (_contributions, views) => compileResources(views),
});

/** @throws FaultList with all that names something which is not there */
function compileResources(views: Views): ResourceTable {
  const { everything: catalog, external } = views.get(entities);
  // A snapshot without external entities need not know of capabilities.
  const known: CapabilityTable = external.size === 0 ? new Map() : views.get(capabilities);
  const hooks = views.get(hookRegistry);
  const ruleTable = views.get(rules);
  const methods = views.get(managerRegistry);
  const faults: Error[] = [];
  const table = new Map<string, Resource>();
  for (const [entity, list] of methods) {
    if (catalog.find(entity)) continue;
    const suggestion = didYouMean(
      entity,
      catalog.all.map(({ name }) => name),
    );
    for (const { owner } of list.slice(0, 1)) {
      const reason = `there is no such entity.${suggestion}`;
      faults.push(new BackplaneError('METHOD_INVALID', { entity, owner: owner.name, reason }));
    }
  }
  for (const schema of catalog.all) {
    const own = ownMethods(schema, methods.get(schema.name) ?? [], faults);
    const behind = external.get(schema.name);
    if (behind) faults.push(...capabilityFaults(behind, known));
    faults.push(...accessFaults(catalog, schema, own, behind), ...ruleFaultsOf(schema, ruleTable));
    const { prefix = `/${schema.owner}` } = views.owner(schema.owner) ?? {};
    table.set(schema.name, new Resource(schema, prefix, own, hooks, behind));
  }
  faults.push(...hookFaults(hooks, table));
  throwFaults(faults);
  return new ResourceTable(catalog, hooks, ruleTable, views.get(authorities), table);
}

function ownMethods(
  { name: entity }: EntitySchema,
  list: readonly OwnedMethod[],
  faults: Error[],
): ReadonlyMap<string, OwnedMethod> {
  const methods = new Map<string, OwnedMethod>();
  for (const method of list) {
    const { name, owner } = method;
    const taken =
      (operations as readonly string[]).includes(name) || ruled.includes(name) || methods.has(name);
    if (taken || !/^[a-z][A-Za-z0-9]*$/.test(name)) {
      const reason = taken ? `it has a method "${name}" already.` : `"${name}" must be in camel case.`;
      faults.push(new BackplaneError('METHOD_INVALID', { entity, owner: owner.name, reason }));
    } else methods.set(name, method);
  }
  return methods;
}

function accessFaults(
  catalog: EntityCatalog,
  schema: EntitySchema,
  methods: ReadonlyMap<string, OwnedMethod>,
  external: ExternalEntity | undefined,
): readonly Error[] {
  const { name: entity, owner, access } = schema;
  const known = [...ruledOf(external), ...methods.keys()];
  const fault = (reason: string): Error => new BackplaneError('ACCESS_INVALID', { entity, owner, reason });
  const unknown = [...access.keys()]
    .filter((operation) => !known.includes(operation))
    .map((name) =>
      fault(`there is no operation "${name}".${didYouMean(name, known)} It has ${known.join(', ')}.`),
    );
  const rules = [...access].map(([operation, { term }]): readonly [string, AccessTerm] => [operation, term]);
  const own = [...methods].flatMap(([name, { method }]): readonly (readonly [string, AccessTerm])[] =>
    method.access ? [[name, termOf(method.access)]] : [],
  );
  const faultsOf = (term: AccessTerm): readonly string[] => {
    const unanswerable = external ? externalRuleFaults(term) : [];
    return unanswerable.length > 0 ? unanswerable : accessRuleFaults(catalog, schema, term);
  };
  const wrong = [...rules, ...own].flatMap(([operation, term]) =>
    faultsOf(term).map((reason) => fault(`"${operation}": ${reason}`)),
  );
  return [...unknown, ...wrong];
}

/** What access rules may be about: of an external entity, what it offers. */
function ruledOf(external: ExternalEntity | undefined): readonly string[] {
  if (external === undefined) return ruled;
  return ['read', ...[...external.operations.keys()].filter((name) => ruled.includes(name))];
}

function ruleFaultsOf({ name: entity, fields }: EntitySchema, table: RuleTable): readonly Error[] {
  return [...fields.values()].flatMap(({ name: field, schema, owner }) =>
    rulesOf(schema)
      .filter(([rule]) => !builtinRules.includes(rule) && !table.has(rule))
      .map(([rule]) => {
        const suggestion = didYouMean(rule, [...table.keys(), ...builtinRules]);
        return new BackplaneError('RULE_UNKNOWN', { rule, entity, field, owner, suggestion });
      }),
  );
}

function hookFaults(table: HookTable, known: ReadonlyMap<string, Resource>): readonly Error[] {
  return table.all.flatMap(({ hook: { phase, entity, operation }, owner }) => {
    const fault = (reason: string): Error[] => [
      new BackplaneError('HOOK_INVALID', {
        hook: `${phase} ${entity}:${operation}`,
        owner: owner.name,
        reason,
      }),
    ];
    const resource = known.get(entity);
    if (entity !== '*' && resource === undefined) {
      return fault(`there is no entity "${entity}".${didYouMean(entity, known.keys())}`);
    }
    const offered = resource?.external?.operations.keys() ?? operations;
    const names = ['*', ...offered, ...(resource?.methods.keys() ?? [])];
    if (entity === '*' || names.includes(operation)) return [];
    return fault(`"${entity}" has no operation "${operation}".${didYouMean(operation, names)}`);
  });
}
