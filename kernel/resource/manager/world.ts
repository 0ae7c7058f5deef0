import type { Database } from '../../data/database/database.ts';
import type { EntityCatalog } from '../../data/entity/catalog.ts';
import type { EntitySchema } from '../../data/entity/entity-schema.ts';
import type { Reader } from '../../data/plan/reader.ts';
import type { DataContext } from '../../data/repository/data-context.ts';
import type { Repository } from '../../data/repository/repository.ts';
import { BackplaneError } from '../../errors.ts';
import type { OwnedEvents } from '../../event/index.ts';
import type { Actor } from '../../http/actor.ts';
import type { Logger } from '../../log/index.ts';
import type { Providers } from '../../provider/index.ts';
import { type Grant, rowsOf } from '../access/grant.ts';
import { grantsOf, isRoot } from '../access/grants-of.ts';
import type { Grants } from '../access/read-access.ts';
import { whatHelps } from '../access/what-helps.ts';
import type { Call } from '../hook/call.ts';
import type { Resource, ResourceTable } from '../resources.ts';
import type { RuleWorld } from '../validation/rule-world.ts';

/** What managers are made of: the resources of one snapshot, and where their rows lie. */
export interface WorldParts {
  readonly table: ResourceTable;
  readonly data: DataContext;
  readonly events: Pick<OwnedEvents, 'emit'>;
  readonly log: Logger;
  /** Who keeps the rows of external entities. */
  readonly providers: () => Pick<Providers, 'for'>;
  /** Aborts when whoever asked is gone. */
  readonly signal: () => AbortSignal;
}

/** Everything that an operation needs, for one actor. */
export class World {
  readonly table: ResourceTable;
  readonly data: DataContext;
  readonly events: Pick<OwnedEvents, 'emit'>;
  readonly log: Logger;
  readonly providers: () => Pick<Providers, 'for'>;
  readonly actor: Actor | undefined;
  readonly #signal: () => AbortSignal;
  /** Of the kernel itself: nothing is asked. */
  readonly isSystem: boolean;

  constructor(parts: WorldParts, actor: Actor | undefined, isSystem: boolean) {
    this.table = parts.table;
    this.data = parts.data;
    this.events = parts.events;
    this.log = parts.log;
    this.providers = parts.providers;
    this.#signal = parts.signal;
    this.actor = actor;
    this.isSystem = isSystem;
  }

  get signal(): AbortSignal {
    return this.#signal();
  }

  get catalog(): EntityCatalog {
    return this.table.catalog;
  }

  database({ options }: EntitySchema): Database {
    return this.data.database(options.database);
  }

  reader({ options }: EntitySchema): Reader {
    return this.data.reader(options.database);
  }

  repository({ name }: EntitySchema): Repository {
    return this.data.repository({ name });
  }

  /** What the actor is granted for an operation. */
  grants(entity: EntitySchema, operation: string): readonly Grant[] | Promise<readonly Grant[]> {
    if (this.isSystem) return everything;
    const { actor, table } = this;
    const { authorities } = table;
    return grantsOf(table.get(entity.name).term(operation), {
      actor,
      entity,
      operation,
      authorities,
      catalog: table.catalog,
      termOf: (name, other) => table.get(name).term(other),
    });
  }

  readonly asGrants: Grants = ((world: World): Grants => ({
    get catalog() {
      return world.catalog;
    },
    of: (entity, operation) => world.grants(entity, operation),
    refusal: ({ name: entity }, operation) => {
      const { actor, table } = world;
      if (actor === undefined) return new BackplaneError('AUTHENTICATION_REQUIRED', { entity, operation });
      return new BackplaneError('ACCESS_DENIED', {
        entity,
        operation,
        ...whatHelps(table.get(entity).term(operation), `${entity}:${operation}`, actor),
      });
    },
  }))(this);

  /** For the checks of inputs against the database. */
  get ruleWorld(): RuleWorld {
    const { data, actor, table } = this;
    return {
      data,
      actor,
      rule(name) {
        const found = table.rules.get(name);
        // The table of resources is not compiled with a rule that nobody defines.
        if (found === undefined) throw new Error(`The validation rule "${name}" is gone.`);
        return found;
      },
      readable: async (entity) => {
        const grants = await this.grants(table.catalog.get(entity), 'read');
        return grants.length === 0 ? 'none' : rowsOf(grants);
      },
    };
  }

  /** A call of a manager, for its hooks. */
  call({ schema: entity }: Resource, operation: string, input: unknown, id = ''): Call {
    const signal = this.#signal;
    const { actor } = this;
    return {
      entity,
      operation,
      actor,
      id,
      get signal() {
        return signal();
      },
      transaction: undefined,
      input,
      previous: undefined,
      result: undefined,
    };
  }

  /** Whoever is above all rules leaves a trace. */
  noteRoot({ name }: EntitySchema, operation: string, id?: string): void {
    const { actor } = this;
    if (actor === undefined || !isRoot(actor)) return;
    this.log.info(
      { actor: actor.id, entity: name, operation, ...(id === undefined ? {} : { id }) },
      'root access',
    );
  }
}

const everything: readonly Grant[] = Object.freeze([Object.freeze({})]);
