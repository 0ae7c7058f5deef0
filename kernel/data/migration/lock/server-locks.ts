import type { Database } from '../../database/database.ts';
import type { Row } from '../../database/driver.ts';
import type { LockOptions } from './waiting.ts';

/** The lock of a server, within a session of a database: one connection holds it. */
export interface ServerLock {
  /**
   * Lets those who wait see who this is, and statements take as long as they take, but for the time that they wait for
   * tables which others are using: whoever comes after them would have to wait, too.
   */
  enter(database: Database, options: LockOptions): Promise<void>;
  /** @returns who has it, `undefined` when it is taken now */
  tryTake(database: Database): Promise<string | undefined>;
  release(database: Database): Promise<void>;
  leave(database: Database): Promise<void>;
}

async function one(database: Database, sql: string): Promise<Row> {
  const [row = {}] = await database.run(sql);
  return row;
}

/** Two numbers of our own: advisory locks have no names. They count within one database. */
const postgresKey = '1650549611, 1835623282';
const postgresHolder = `select coalesce(activity.application_name, '') || ', pid ' || activity.pid || coalesce(' of ' || activity.client_addr, '') as holder
  from pg_locks join pg_stat_activity activity on activity.pid = pg_locks.pid
  where locktype = 'advisory' and classid = 1650549611 and objid = 1835623282 and granted
    and database = (select oid from pg_database where datname = current_database())`;

export const postgresLock: ServerLock = {
  async enter(database, { holder, timeout }) {
    await database.execute('set statement_timeout = 0');
    await database.execute(`set lock_timeout = ${Math.max(1, timeout)}`);
    // Names of applications are cut at 63 bytes.
    await database.execute(
      `set application_name = '${`backplane ${holder}`.replaceAll("'", '').slice(0, 60)}'`,
    );
  },
  async tryTake(database) {
    const { taken } = await one(database, `select pg_try_advisory_lock(${postgresKey}) as taken`);
    if (taken === true) return undefined;
    const { holder = 'someone who has ended just now' } = await one(database, postgresHolder);
    return String(holder);
  },
  async release(database) {
    await database.run(`select pg_advisory_unlock(${postgresKey})`);
  },
  async leave(database) {
    await database.execute('reset statement_timeout');
    await database.execute('reset lock_timeout');
    await database.execute('reset application_name');
  },
};

/** Names count on the whole server, and may have 64 characters. */
const mysqlName = `concat('backplane ', sha1(database()))`;

export const mysqlLock: ServerLock = {
  async enter(database, { timeout }) {
    await database.execute('set @backplane_wait = @@session.lock_wait_timeout');
    await database.execute(`set session lock_wait_timeout = ${Math.max(1, Math.ceil(timeout / 1000))}`);
    await database.execute('set @backplane_timeout = @@session.max_statement_time').catch(() => {});
    await database.execute('set session max_statement_time = 0').catch(() => {});
  },
  async tryTake(database) {
    const { taken } = await one(database, `select get_lock(${mysqlName}, 0) as taken`);
    if (Number(taken) === 1) return undefined;
    const { holder = 'someone who has ended just now' } = await one(
      database,
      `select concat('connection ', id, ' of ', user, ' from ', host) as holder
        from information_schema.processlist where id = is_used_lock(${mysqlName})`,
    );
    return String(holder);
  },
  async release(database) {
    await database.run(`select release_lock(${mysqlName})`);
  },
  async leave(database) {
    await database.execute('set session lock_wait_timeout = @backplane_wait');
    await database.execute('set session max_statement_time = @backplane_timeout').catch(() => {});
  },
};

export const mssqlLock: ServerLock = {
  async enter() {},
  async tryTake(database) {
    const { taken } = await one(
      database,
      `declare @taken int; exec @taken = sp_getapplock @Resource = 'backplane', @LockMode = 'Exclusive', @LockOwner = 'Session', @LockTimeout = 0; select @taken as taken`,
    );
    if (Number(taken) >= 0) return undefined;
    const { holder = 'another session' } = await one(
      database,
      `select top 1 concat('session ', request_session_id) as holder from sys.dm_tran_locks where resource_type = 'APPLICATION' and request_status = 'GRANT'`,
    );
    return String(holder);
  },
  async release(database) {
    await database.execute(`exec sp_releaseapplock @Resource = 'backplane', @LockOwner = 'Session'`);
  },
  async leave() {},
};
