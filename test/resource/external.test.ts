import { versionOf } from 'backplane';
import { expect } from 'chai';
import { until } from '../../kernel/testing/index.ts';
import { Company } from './support/crm/entities/company.ts';
import { openCrm, thrown } from './support/open-crm.ts';
import { actor, root } from './support/open-shop.ts';

const reader = actor('ben', { 'crm.contact:read': true });

describe('an entity behind a provider', () => {
  it('is listed, found, made, changed and deleted by its manager', async () => {
    await using crm = await openCrm();
    const { id, ...made } = await crm.system.create({ name: ' Ann ', email: 'ann@example.org' });
    expect(made).to.deep.equal({
      ...{ name: 'Ann', email: 'ann@example.org', ownerId: null, state: 'lead', visits: 0, score: null },
      ...{ createdAt: '2026-01-01T00:00:01.000Z', updatedAt: '2026-01-01T00:00:01.000Z' },
    });
    expect(await crm.system.get(id, { fields: ['name'] })).to.deep.equal({ id, name: 'Ann' });
    const changed = await crm.system.update(id, { state: 'customer' });
    expect(changed).to.include({ id, name: 'Ann', state: 'customer' });
    const { rows } = await crm.system.list({ filter: { state: { eq: 'customer' } } });
    expect(rows.map((row) => row.id)).to.deep.equal([id]);
    await crm.system.delete(id);
    expect(await thrown(crm.system.get(id))).to.have.property('code', 'ROW_NOT_FOUND');
    expect(crm.server.items.size).to.equal(0);
  });

  it('never shows a field that may not be read, and sets the others by the rules of writing', async () => {
    await using crm = await openCrm();
    const { contact_id: id } = crm.server.add();
    expect(await crm.as(root).get(id)).to.not.have.property('note');
    const refused = await thrown(crm.as(root).create({ name: 'Ann', score: 3 } as never));
    expect(refused).to.have.property('code', 'INPUT_INVALID');
    expect(refused.message).to.contain('/score is set by the server only');
    expect(await crm.system.create({ name: 'scored' })).to.have.property('score', 7);
  });

  it('tells all that is wrong with an input before anybody is asked', async () => {
    await using crm = await openCrm();
    const error = await thrown(crm.system.create({ name: '', email: 'no', visits: -1, phone: 1 } as never));
    expect(error).to.have.property('code', 'INPUT_INVALID');
    for (const field of ['name', 'email', 'visits', 'phone']) expect(error.message).to.contain(`/${field}`);
    expect(crm.server.requests).to.deep.equal([]);
  });

  it('keeps to the rules of validation that extensions define', async () => {
    await using crm = await openCrm();
    const error = await thrown(crm.system.create({ name: 'damn it' }));
    expect(error.message).to.contain('/name must be polite');
    expect(crm.server.requests).to.deep.equal([]);
  });

  it('runs hooks without a transaction, then those after it, then events', async () => {
    await using crm = await openCrm();
    const { id } = await crm.system.create({ name: 'Ann' });
    await crm.system.delete(id);
    expect(crm.seen).to.deep.equal([
      'around create (no transaction)',
      `after create ${id}`,
      `afterCommit create ${id}`,
      'crm.contact.created',
      'crm.contact.deleted',
    ]);
  });

  it('gives the hooks of a change the row as it was, and sends what they make of the input', async () => {
    await using crm = await openCrm();
    const { contact_id: id } = crm.server.add({ state: 'lost', visits: 9 });
    expect(await crm.system.update(id, { state: 'lead' })).to.include({ state: 'lead', visits: 0 });
  });

  it('sends nothing that a hook has spoilt', async () => {
    await using crm = await openCrm();
    const error = await thrown(crm.system.create({ name: 'spoilt' }));
    expect(error).to.have.property('code', 'INPUT_INVALID');
    expect(crm.server.requests).to.deep.equal([]);
  });

  it('tells of what was made although a hook after it fails', async () => {
    await using crm = await openCrm();
    expect((await thrown(crm.system.create({ name: 'regretted' }))).message).to.equal('Not this one.');
    expect(crm.server.items.size).to.equal(1);
    await until(() => crm.seen.includes('crm.contact.created'));
    expect(crm.seen.join()).to.not.contain('afterCommit');
  });

  it('does under one operationId what is asked for under it once', async () => {
    await using crm = await openCrm();
    const first = await crm.system.create({ name: 'Ann' }, { operationId: 'import-1' });
    const again = await crm.system.create({ name: 'Ann' }, { operationId: 'import-1' });
    expect(again).to.deep.equal(first);
    await crm.system.create({ name: 'Ann' });
    expect(crm.server.items.size).to.equal(2);
    const other = await thrown(crm.system.create({ name: 'Ben' }, { operationId: 'import-1' }));
    expect(other).to.include({ code: 'PROVIDER_OPERATION_REUSED', status: 409 });
    expect(other.shown).to.contain('with other values');
  });

  it('says what it does not offer, and what it does', async () => {
    await using crm = await openCrm();
    const companies = crm.kernel.service('managers').asSystem().of(Company);
    expect(await companies.get('acme')).to.deep.equal({ id: 'acme', title: 'Acme' });
    const error = await thrown(companies.create({ title: 'Other' }));
    expect(error).to.include({ code: 'OPERATION_NOT_OFFERED', status: 405 });
    expect(error.message).to.contain('does get.');
    for (const work of [
      companies.list(),
      crm.system.createMany([{ name: 'Ann' }]),
      crm.system.updateMany([]),
      crm.system.deleteMany([]),
      crm.system.restore('c-1'),
      crm.system.aggregate({ count: true }),
      crm.system.search({ search: 'Ann' }),
    ]) {
      expect(await thrown(work)).to.have.property('code', 'OPERATION_NOT_OFFERED');
    }
    expect(crm.server.requests).to.deep.equal([]);
  });

  it('changes nothing that has changed since it was seen', async () => {
    await using crm = await openCrm();
    const { contact_id: id } = crm.server.add();
    const seen = versionOf(await crm.system.get(id));
    await crm.system.update(id, { visits: 1 }, { ifVersion: seen });
    const late = await thrown(crm.system.update(id, { visits: 2 }, { ifVersion: seen }));
    expect(late).to.have.property('code', 'ROW_VERSION_DIFFERS');
    expect(await thrown(crm.system.delete(id, { ifVersion: seen }))).to.have.property(
      'code',
      'ROW_VERSION_DIFFERS',
    );
    expect(crm.server.items.get(id)).to.include({ visits: 1 });
  });

  it('sends the version along, so that who is faster comes first', async () => {
    await using crm = await openCrm();
    const { contact_id: id } = crm.server.add();
    const seen = versionOf(await crm.system.get(id));
    // Between the look at the row and the change: the service itself refuses.
    crm.server.faults.push(...([undefined, 412] as never[]));
    const late = await thrown(crm.system.update(id, { visits: 2 }, { ifVersion: seen }));
    expect(late).to.have.property('code', 'ROW_VERSION_DIFFERS');
  });

  it('has no table, which repositories say', async () => {
    await using crm = await openCrm();
    const data = crm.kernel.service('data');
    expect(() => data.repository('crm.contact')).to.throw(/services\.managers\.of\('crm\.contact'\)/);
  });
});

describe('a list of rows behind a provider', () => {
  it('pages through a thousand rows by cursors, each row once', async () => {
    await using crm = await openCrm();
    for (let number = 0; number < 1000; number += 1) crm.server.add();
    const ids: string[] = [];
    let after: string | undefined;
    do {
      const page = await crm.as(reader).list({ page: { size: 60, ...(after ? { after } : {}) } });
      ids.push(...page.rows.map(({ id }) => id));
      after = page.next;
    } while (after !== undefined);
    expect(ids).to.deep.equal([...crm.server.items.keys()]);
    expect(crm.server.requests.length).to.equal(Math.ceil(1000 / 60));
  });

  it('sorts by what the provider can sort by', async () => {
    await using crm = await openCrm();
    for (const full_name of ['Ben', 'Cid', 'Ann']) crm.server.add({ full_name });
    const { rows } = await crm.as(reader).list({ sort: ['-name'], fields: ['name'] });
    expect(rows.map(({ name }) => name)).to.deep.equal(['Cid', 'Ben', 'Ann']);
  });

  it('counts where the provider can tell the rows that its reader may see', async () => {
    await using crm = await openCrm();
    for (const owner of ['ann', 'ann', 'ben']) crm.server.add({ owner });
    expect((await crm.as(reader).list({ count: 'exact', page: { size: 1 } })).count).to.equal(3);
    expect((await crm.as(actor('ann')).list({ count: 'exact', page: { size: 1 } })).count).to.equal(2);
    const hidden = actor('cid', { 'crm.contact:read': { rows: { name: { startsWith: 'C' } } } });
    const error = await thrown(crm.as(hidden).list({ count: 'exact' }));
    expect(error).to.include({ code: 'QUERY_INVALID' });
    expect(error.message).to.contain('cannot be counted');
  });

  it('refuses what the provider cannot do, all at once, and says what it can', async () => {
    await using crm = await openCrm();
    const error = await thrown(
      crm.as(reader).list({
        sort: ['visits'],
        search: 'words',
        include: { owner: {} },
        page: { offset: 3 },
        filter: { phone: { eq: 1 }, name: { eq: 'Ann' } } as never,
      }),
    );
    const faults = error.errors as readonly Error[];
    expect(faults.map(({ message }) => message).join('\n')).to.match(/include.*owner/);
    expect(faults.length).to.equal(6);
    expect(error.message).to.contain('phone').and.to.contain('can filter by');
    expect(error.message).to.contain('can sort by name, createdAt');
    expect(crm.server.requests).to.deep.equal([]);
    for (const filter of [
      { name: { eq: 'Ann' } },
      { state: { ne: 'lead' as const } },
      { or: [{ visits: { gte: 1 } }, { visits: { lt: 1 } }] },
      { not: { visits: { gte: 1 } } },
      { and: [{ visits: { gte: 1 } }, { visits: { gte: 2 } }] },
    ]) {
      const refused = await thrown(crm.as(reader).list({ filter }));
      expect(refused, JSON.stringify(filter)).to.include({ code: 'QUERY_INVALID', status: 400 });
      expect(refused.message).to.contain('can filter by "id" (in), "email" (eq)');
    }
    expect(crm.server.requests).to.deep.equal([]);
  });

  it('joins conditions, and asks for NULL in one way', async () => {
    await using crm = await openCrm();
    crm.server.add({ visits: 1 });
    crm.server.add({ visits: 3 });
    crm.server.add({ visits: 3, owner: 'ann' });
    crm.server.add({ visits: 9 });
    const { rows } = await crm.as(reader).list({
      filter: { and: [{ visits: { gte: 2, lt: 5 } }, { ownerId: { eq: null } }] },
    });
    expect(rows.map(({ id }) => id)).to.deep.equal(['c-00002']);
  });

  it('takes cursors only for the request that they were given for', async () => {
    await using crm = await openCrm();
    for (let number = 0; number < 3; number += 1) crm.server.add();
    const { next } = await crm.as(reader).list({ page: { size: 1 } });
    const other = crm.as(reader).list({ filter: { visits: { lt: 3 } }, page: { after: String(next) } });
    expect(await thrown(other)).to.have.property('code', 'CURSOR_INVALID');
    const forged = crm.as(reader).list({ page: { after: 'x' } });
    expect(await thrown(forged)).to.have.property('code', 'CURSOR_INVALID');
  });

  it('ends a page early rather than look through all rows for those that may be seen', async () => {
    await using crm = await openCrm();
    for (let number = 0; number < 4000; number += 1) crm.server.add();
    crm.server.add({ full_name: 'Zoe' });
    const picky = actor('cid', { 'crm.contact:read': { rows: { name: { startsWith: 'Z' } } } });
    const first = await crm.as(picky).list();
    expect(first.rows).to.deep.equal([]);
    expect(crm.server.requests.length).to.equal(20);
    const second = await crm.as(picky).list({ page: { after: String(first.next) } });
    expect(second.rows).to.deep.equal([]);
    const third = await crm.as(picky).list({ page: { after: String(second.next) } });
    expect(third.rows.map(({ name }) => name)).to.deep.equal(['Zoe']);
    expect(third.next).to.equal(undefined);
  });
});
