import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import {
  type AttemptRow,
  type AttemptState,
  Keyring,
  MemoryJournal,
  type OperationRef,
} from '../../../kernel/index.ts';
import {
  DatabaseJournal,
  type DatabaseJournalOptions,
  OutsideTransactions,
} from '../../../kernel/provider/stored/index.ts';
import { insertNew } from '../../../kernel/provider/stored/statements.ts';
import { VirtualClock } from '../../../kernel/testing/virtual-clock.ts';
import { inEveryPlace, type Place } from '../support/places.ts';
import { rejectionOf } from '../support/scripted.ts';

const order: OperationRef = {
  capability: 'payment',
  operation: 'charge',
  tenant: 'Acme',
  operationId: 'order-1',
};

const attempt = (state: AttemptState, more: Partial<AttemptRow> = {}): AttemptRow => ({
  ...order,
  id: '6f1d9b0e-0000-4000-8000-000000000001',
  inputHash: 'hash',
  instance: 'eu',
  instanceTenant: undefined,
  driver: 'stripe',
  domain: 'payment/stripe:/eu',
  state,
  plannedAt: 1_000,
  ...more,
});

const day = 24 * 3_600_000;

inEveryPlace('the journal in the database', (makePlace, dialect) => {
  let place: Place;
  let clock: VirtualClock;
  /** As another process has it. */
  const journalOf = (options: Partial<DatabaseJournalOptions> = {}): DatabaseJournal =>
    new DatabaseJournal({ tables: place.tables(), keyring: new Keyring([]), clock, ...options });

  before(async () => {
    place = await makePlace();
  });
  beforeEach(async () => {
    clock = new VirtualClock();
    const database = place.open();
    await journalOf().unsettled();
    await database.run('delete from backplane_provider_operations');
  });

  /** Works on the order until an attempt has that state, and closes it. */
  async function leave(row: AttemptRow, journal = journalOf()): Promise<void> {
    await journal.open(row, row.inputHash);
    await journal.write(attempt('planned', { id: row.id, operationId: row.operationId }));
    if (row.state !== 'planned') await journal.write({ ...row, state: 'sent', sentAt: 2_000 });
    if (row.state !== 'planned' && row.state !== 'sent') await journal.write(row);
    await journal.close(row);
  }

  it('tells another process what was done, with its answer', async () => {
    const failure = { class: 'transient', effect: 'unknown', scope: 'instance' } as const;
    await leave(attempt('ok', { value: { id: 'ch_1', list: [1, null] }, sentAt: 2_000, settledAt: 3_000 }));
    await leave(attempt('unknown', { id: 'b', operationId: 'order-2', failure, settledAt: 4_000 }));
    const other = journalOf();
    expect(await other.open(order, 'hash')).to.deep.equal([
      attempt('ok', { value: { id: 'ch_1', list: [1, null] }, sentAt: 2_000, settledAt: 3_000 }),
    ]);
    expect(await other.unsettled()).to.deep.equal([
      attempt('unknown', { id: 'b', operationId: 'order-2', failure, sentAt: 2_000, settledAt: 4_000 }),
    ]);
  });

  it('lets one process at a time work on an operation, however many begin at once', async () => {
    const journals = Array.from({ length: 8 }, () => journalOf());
    await Promise.all(journals.map((journal) => journal.unsettled()));
    const opened = await Promise.allSettled(journals.map((journal) => journal.open(order, 'hash')));
    const winner = opened.findIndex(({ status }) => status === 'fulfilled');
    const codes = opened.flatMap((one) => (one.status === 'rejected' ? [one.reason.code] : []));
    expect(codes).to.deep.equal(Array(7).fill('PROVIDER_OPERATION_RUNNING'));
    await journals[winner]?.close(order);
    const again = await Promise.allSettled(journals.map((journal) => journal.open(order, 'hash')));
    expect(again.filter(({ status }) => status === 'fulfilled')).to.have.length(1);
    expect((await rejectionOf(journalOf().open(order, 'other'))).code).to.equal('PROVIDER_OPERATION_RUNNING');
  });

  it('keeps tenants, operations and ids apart that differ in a letter, and refuses other input', async () => {
    await leave(attempt('ok'));
    const others = [
      { ...order, tenant: 'acme' },
      { ...order, tenant: undefined },
      { ...order, operationId: 'ORDER-1' },
      { ...order, operation: 'refund' },
    ];
    for (const other of others) expect(await journalOf().open(other, 'hash')).to.deep.equal([]);
    expect((await rejectionOf(journalOf().open(order, 'other'))).code).to.equal('PROVIDER_OPERATION_REUSED');
  });

  it('renews what a process works on, and frees what a crashed one held', async () => {
    const crashed = journalOf();
    await crashed.open(order, 'hash');
    await crashed.write(attempt('planned'));
    await crashed.write(attempt('sent', { sentAt: 2_000 }));
    const other = journalOf();
    for (let minute = 0; minute < 5; minute += 1) {
      for (let second = 0; second < 60; second += 5) {
        await clock.advance(5_000);
        // Its renewal is a statement on its way.
        await crashed.unsettled();
      }
      expect((await rejectionOf(other.open(order, 'hash'))).code).to.equal('PROVIDER_OPERATION_RUNNING');
      expect(await other.unsettled()).to.deep.equal([]);
    }
    crashed.stop();
    await clock.advance(31_000);
    expect(await other.unsettled()).to.deep.equal([attempt('sent', { sentAt: 2_000 })]);
    expect(await other.open(order, 'hash')).to.deep.equal([attempt('sent', { sentAt: 2_000 })]);
  });

  it('does not let a process send that slept until another took over, but listens to what it knows', async () => {
    const slept = journalOf();
    await slept.open(order, 'hash');
    await slept.write(attempt('planned'));
    slept.stop();
    await clock.advance(31_000);
    const other = journalOf();
    await other.open(order, 'hash');
    const error = await rejectionOf(slept.write(attempt('sent', { sentAt: 9_000 })));
    expect(error.message).to.contain('another may have taken over');
    await slept.close(order);
    expect((await rejectionOf(journalOf().open(order, 'hash'))).code).to.equal('PROVIDER_OPERATION_RUNNING');
    await slept.write(attempt('ok', { value: 'after all', settledAt: 9_000 }));
    // Whoever knows less comes too late.
    await other.write(attempt('unknown', { settledAt: 9_001 }));
    await other.write(attempt('rejected', { settledAt: 9_002 }));
    await other.close(order);
    const [row] = await journalOf().open(order, 'hash');
    expect([row?.state, row?.value]).to.deep.equal(['ok', 'after all']);
  });

  it('opens again what it could not close', async () => {
    const journal = journalOf();
    await journal.open(order, 'hash');
    const database = place.open();
    const sql = dialect === 'postgres' ? 'claim = $1' : 'claim = ?';
    await database.run(`update backplane_provider_operations set ${sql}`, ['of an answer that was lost']);
    await journal.close(order);
    expect(await journal.open(order, 'hash')).to.deep.equal([]);
    await journal.close(order);
    expect(await journalOf().open(order, 'hash')).to.deep.equal([]);
  });

  it('forgets what has been settled for a month, and never what is unknown', async () => {
    const journal = journalOf();
    // More than are swept at a time.
    const database = place.open();
    await database.transaction(async () => {
      for (let index = 0; index < 205; index += 1) {
        await insertNew(database, 'backplane_provider_operations', {
          id: `old-${index}`,
          capability: 'payment',
          operation: 'charge',
          operation_id: `old-${index}`,
          input_hash: 'hash',
          claim: '',
          lease_until: 0,
          changed_at: clock.date(),
        });
      }
    });
    for (const id of ['ok-1', 'ok-2', 'ok-7']) await leave(attempt('ok', { id, operationId: id }), journal);
    const crashed = journalOf();
    await crashed.open({ ...order, operationId: 'ok-2' }, 'hash');
    crashed.stop();
    await leave(attempt('unknown', { id: 'unknown', operationId: 'unknown' }), journal);
    await leave(attempt('sent', { id: 'sent', operationId: 'sent' }), journal);
    await clock.advance(29 * day);
    await leave(attempt('rejected', { id: 'fresh', operationId: 'fresh' }), journal);
    await journal.open({ ...order, operationId: 'ok-7' }, 'hash');
    await journal.close({ ...order, operationId: 'ok-7' });
    await clock.advance(2 * day);
    expect(await journalOf().sweep()).to.equal(207);
    const left = await database.run('select id from backplane_provider_attempts order by id');
    expect(left.map(({ id }) => id)).to.deep.equal(['fresh', 'ok-7', 'sent', 'unknown']);
  });

  it('encrypts answers where there is a key, also anew, and shows them to nobody without it', async () => {
    const [old, fresh] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')];
    const value = { secret: 'hunter2' };
    await leave(attempt('ok', { value }), journalOf({ keyring: new Keyring([old]) }));
    const database = place.open();
    const kept = async (): Promise<string> => {
      const rows = await database.run('select * from backplane_provider_attempts');
      return JSON.stringify(rows);
    };
    expect(await kept())
      .to.contain('enc:v1:')
      .and.not.contain('hunter2');
    const both = journalOf({ keyring: new Keyring([fresh, old]) });
    expect([await both.rekey(), await both.rekey()]).to.deep.equal([1, 0]);
    const reader = journalOf({ keyring: new Keyring([fresh]) });
    expect((await reader.open(order, 'hash'))[0]?.value).to.deep.equal(value);
    await reader.close(order);
    const error = await rejectionOf(journalOf({ keyring: new Keyring([old]) }).open(order, 'hash'));
    expect(error).to.include({ code: 'SECRET_UNREADABLE' });
    await leave(attempt('ok', { value, id: 'plain', operationId: 'plain' }));
    expect(await kept()).to.contain('hunter2');
  });

  it('outlives the roll-back of a transaction that it is called in, and refuses one that would lock it out', async () => {
    const callers = place.open();
    await callers.execute('create table orders (id integer)');
    const journal = new OutsideTransactions(
      journalOf(),
      () => callers.dialect === 'sqlite' && callers.inTransaction,
    );
    const begun = performance.now();
    const work = callers.transaction(async () => {
      await callers.run('insert into orders (id) values (1)');
      await journal.open(order, 'hash');
      await journal.write(attempt('planned'));
      await journal.write(attempt('sent', { sentAt: 2_000 }));
      await journal.close(order);
      throw new Error('rolled back');
    });
    const error = await rejectionOf(work);
    const orders = await callers.run('select id from orders');
    const rows = await journalOf().unsettled();
    await callers.execute('drop table orders');
    expect(orders).to.deep.equal([]);
    if (dialect === 'sqlite') {
      expect(error).to.include({ code: 'PROVIDER_OPERATION_IN_TRANSACTION' });
      expect(performance.now() - begun).to.be.below(1_000);
      expect(rows).to.deep.equal([]);
    } else {
      expect([error.message, rows.map(({ state }) => state)]).to.deep.equal(['rolled back', ['sent']]);
    }
  });
});

describe('a journal in memory', () => {
  it('refuses transactions of SQLite as well, so that tests find what a file would refuse', () => {
    const journal = new OutsideTransactions(new MemoryJournal(), () => true);
    expect(() => journal.open(order, 'hash')).to.throw('Call it before or after the transaction');
    expect(journal.kept).to.equal('memory');
  });
});
