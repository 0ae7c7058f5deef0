import {
  type Actor,
  entities,
  type Grant,
  type GrantRequest,
  type Logger,
  type Services,
  type SettingsOf,
} from 'backplane';
import { type Database, type EntitySchema, type Filter, filterFaults } from 'backplane/data';
import { epochId } from './built-in.ts';
import type config from './config.ts';
import { type Ground, grantedFor, onlyTeam, type Way, waysOf } from './rights/granted.ts';
import { type Rights, readRights } from './rights/rights.ts';
import { RightsCache } from './rights/rights-cache.ts';

type Question = Omit<GrantRequest, 'services'>;

const nothing: readonly Grant[] = Object.freeze([]);
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

declare module 'backplane' {
  interface Events {
    /** Somebody's rights changed, in this process. */
    'teams.rights-changed': undefined;
  }
}

/** What users may do by their memberships. */
export class Teams implements Ground {
  readonly settings: SettingsOf<typeof config>;
  readonly #services: Services;
  readonly #cache: RightsCache;

  readonly #log: Logger;

  constructor(settings: SettingsOf<typeof config>, services: Services, log: Logger) {
    this.settings = settings;
    this.#log = log;
    this.#services = services;
    let known: Database | undefined;
    this.#cache = new RightsCache({
      // On the way of every request: looked up once.
      database: () => (known ??= services.databases.get()),
      maxAge: settings.epochMaxAge,
      most: settings.cachedActors,
    });
  }

  get listedTeams(): number {
    return this.settings.listedTeams;
  }

  get database(): Database {
    return this.#services.databases.get();
  }

  /** What an actor is granted; nothing to who is no user. At once where it is known. */
  grants({ actor, permission, entity }: Question): readonly Grant[] | Promise<readonly Grant[]> {
    const rights = this.rightsOf(actor);
    if (rights === undefined) return nothing;
    if (!(rights instanceof Promise)) return grantedFor(this, rights, actor, permission, entity);
    return rights.then((read) => grantedFor(this, read, actor, permission, entity));
  }

  /** The same with where it comes from, for explanations. */
  async ways({ actor, permission, entity }: Question): Promise<readonly Way[]> {
    const rights = await this.rightsOf(actor);
    return rights === undefined ? [] : waysOf(this, rights, permission, entity);
  }

  readonly isSound = (entity: EntitySchema, filter: Filter): boolean => {
    const catalog = this.#services.kernel.snapshot.get(entities).everything;
    const faults = filterFaults(catalog, entity.name, filter, { trusted: true });
    if (faults.length === 0) return true;
    this.#log.warn(
      { entity: entity.name, filter, faults },
      'A grant has a filter that makes no sense any more, and grants nothing',
    );
    return false;
  };

  /** The team of a new row that does not say its own, where the actor could mean but one. */
  async teamFor({ actor, permission }: Question): Promise<string | undefined> {
    const rights = await this.rightsOf(actor);
    return rights && onlyTeam(this.database, rights, permission);
  }

  /** @returns `undefined` for who is no user */
  rightsOf({ id }: Pick<Actor, 'id'>): Rights | Promise<Rights> | undefined {
    return uuid.test(id) ? this.#cache.of(id) : undefined;
  }

  /** Their rights as they are now, and stay until the transaction ends. @returns `undefined` for who is no user */
  async heldRightsOf({ id }: Pick<Actor, 'id'>): Promise<Rights | undefined> {
    return uuid.test(id) ? readRights(this.database, id, { held: true }) : undefined;
  }

  /** Makes whoever changes rights wait until this transaction ends; waits for those who do already. */
  async hold(): Promise<void> {
    await this.database.knex('teams_epoch').select('number').where('id', epochId).forUpdate();
  }

  /**
   * Says that rights change, in the transaction that changes them; those who change some at the same time wait for each other.
   * Hooks do it for what goes through managers. Code that writes memberships, roles, grants or teams by repositories, as
   * seeds do, has to say it itself; otherwise it takes a minute until it is noticed.
   */
  async changed(): Promise<void> {
    const { database } = this;
    this.#cache.noteRaise();
    await database.knex('teams_epoch').where('id', epochId).increment('number', 1);
    await database.afterCommit(async () => {
      this.forget();
      // Both generations of a reload have to know.
      await this.#services.kernel.events.emit('teams.rights-changed', undefined);
    });
  }

  /** Forgets what is kept, so that the next request looks it up. */
  forget(): void {
    this.#cache.forget();
  }
}
