import { expect } from 'chai';
import { until } from '../../kernel/testing/index.ts';
import { openCrm, thrown } from './support/open-crm.ts';

describe('a provider of rows on a bad day', () => {
  it('makes one row where it writes, and does not answer in time', async () => {
    await using crm = await openCrm();
    crm.server.faults.push('write and hang');
    expect(await crm.system.create({ name: 'Ann' })).to.have.property('name', 'Ann');
    expect(crm.server.items.size).to.equal(1);
    expect(crm.server.requests.filter((one) => one === 'POST /contacts').length).to.equal(2);
  });

  it('makes one row where it fails after writing, and another instance knows its keys', async () => {
    await using crm = await openCrm({ instances: ['main', 'spare'] });
    crm.server.faults.push(500);
    const { id } = await crm.system.create({ name: 'Ann' });
    expect([...crm.server.items.keys()]).to.deep.equal([id]);
  });

  it('says that an outcome is not known, and tells it to whoever asks again under the same identity', async () => {
    await using crm = await openCrm();
    crm.server.faults.push('write and hang', 'hang', 'hang', 500);
    const error = await thrown(crm.system.create({ name: 'Ann' }, { operationId: 'import-1' }));
    expect(error).to.include({ code: 'PROVIDER_OUTCOME_UNKNOWN', status: 502 });
    expect(crm.server.items.size).to.equal(1);
    crm.server.faults.length = 0;
    const again = await crm.system.create({ name: 'Ann' }, { operationId: 'import-1' });
    expect([...crm.server.items.keys()]).to.deep.equal([again.id]);
  });

  it('asks another instance to read, and to repeat what changes nothing the second time', async () => {
    await using crm = await openCrm({ instances: ['main', 'spare'] });
    crm.server.add();
    crm.server.faults.push('malformed', 500);
    expect((await crm.system.list()).rows.length).to.equal(1);
  });

  it('deletes a row once where its first answer is lost, and counts what is gone then as deleted', async () => {
    await using crm = await openCrm({ instances: ['main', 'spare'] });
    const { contact_id: id } = crm.server.add();
    crm.server.faults.push(...([undefined, 'write and hang'] as never[]));
    await crm.system.delete(id);
    expect(crm.server.requests.filter((one) => one.startsWith('DELETE')).length).to.equal(2);
    expect(crm.server.items.size).to.equal(0);
    await until(() => crm.seen.includes('crm.contact.deleted'));
    expect(await thrown(crm.system.delete(id))).to.have.property('code', 'ROW_NOT_FOUND');
  });

  it('knows its own change again where the first answer is lost and the version has moved on', async () => {
    await using crm = await openCrm({ instances: ['main', 'spare'] });
    const { contact_id: id } = crm.server.add({ owner: 'ann' });
    crm.server.faults.push(...([undefined, 'write and hang'] as never[]));
    const own = { id: 'ann', roles: [] };
    expect(await crm.as(own).update(id, { visits: 4 })).to.include({ id, visits: 4 });
    expect(crm.server.requests.filter((one) => one.startsWith('PATCH')).length).to.equal(2);
  });

  it('refuses rows that are none, and never shows half of them', async () => {
    await using crm = await openCrm();
    crm.server.faults.push('malformed', 'malformed', 'malformed');
    const error = await thrown(crm.system.list());
    expect(error).to.include({ code: 'PROVIDER_FAILED', status: 503 });
  });

  it('is not available while it is throttled, and says for how long', async () => {
    await using crm = await openCrm();
    crm.server.faults.push('throttled');
    const error = await thrown(crm.system.list());
    expect(error).to.include({ code: 'PROVIDER_UNAVAILABLE', status: 503 });
    expect((error.details as { retryAfter: number }).retryAfter).to.be.within(60_000, 90_000);
  });

  it('tells who sent what the service refuses that it was refused, with its code and no more', async () => {
    await using crm = await openCrm();
    crm.server.add({ mail: 'ann@example.org' });
    const error = await thrown(crm.system.create({ name: 'Ann', email: 'ann@example.org' }));
    expect(error).to.include({ code: 'EXTERNAL_REFUSED', status: 422 });
    crm.server.faults.push(409);
    expect(await thrown(crm.system.create({ name: 'Ben' }))).to.include({
      code: 'PROVIDER_DECLINED',
      status: 422,
    });
  });

  it('says that a row is gone which somebody else has deleted in between', async () => {
    await using crm = await openCrm();
    const { contact_id: id } = crm.server.add();
    crm.server.faults.push(...([undefined, 404] as never[]));
    expect(await thrown(crm.system.update(id, { visits: 1 }))).to.have.property('code', 'ROW_NOT_FOUND');
  });

  it('keeps its credentials to itself', async () => {
    await using crm = await openCrm();
    crm.server.faults.push(401);
    const error = await thrown(crm.system.list());
    expect(error.message).to.contain('refused');
    expect(JSON.stringify([error.message, error.details, crm.kernel.logs])).to.not.contain('hunter2');
  });
});
