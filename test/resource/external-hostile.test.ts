import { expect } from 'chai';
import { describeResource } from '../../kernel/testing/index.ts';
import { Company } from './support/crm/entities/company.ts';
import type { Fault } from './support/crm-server.ts';
import { openCrm, thrown } from './support/open-crm.ts';

describe('what a provider of rows must not be led into', () => {
  it('is never asked for an id that is a step in a path, or that no URL can hold', async () => {
    await using crm = await openCrm();
    for (const id of ['.', '..', 'half \ud800']) {
      expect(await thrown(crm.system.get(id)), id).to.have.property('code', 'ROW_NOT_FOUND');
      expect(await thrown(crm.system.update(id, { visits: 1 })), id).to.have.property(
        'code',
        'ROW_NOT_FOUND',
      );
      expect(await thrown(crm.system.delete(id)), id).to.have.property('code', 'ROW_NOT_FOUND');
    }
    expect(crm.server.requests).to.deep.equal([]);
  });

  it('is not asked for what is in no list: drivers would make of it no condition', async () => {
    await using crm = await openCrm();
    crm.server.add();
    const none = await crm.system.list({ filter: { id: { in: [] } }, count: 'exact' });
    expect(none).to.include({ count: 0 }).and.to.have.deep.property('rows', []);
    expect(crm.server.requests).to.deep.equal([]);
  });

  it('is given no fields that are not given', async () => {
    await using crm = await openCrm();
    const { contact_id: id } = crm.server.add({ owner: 'ann' });
    const ann = crm.as({ id: 'ann', roles: [] });
    const loose = { visits: 4, ownerId: undefined } as { visits: number };
    expect(await ann.update(id, loose)).to.include({ visits: 4, ownerId: 'ann' });
  });

  it('may not answer with the cursor that it was given: no client would come to an end', async () => {
    await using crm = await openCrm();
    const again: Fault = { items: [], next: 'again' };
    crm.server.faults.push(again, again);
    const error = await thrown(crm.system.list());
    expect(error).to.include({ code: 'EXTERNAL_ANSWER_INVALID', status: 503 });
    expect(error.message).to.contain('pages would never end');
    expect(crm.server.requests.length).to.equal(2);
  });

  it('says nothing of versions where nobody names one', async () => {
    await using crm = await openCrm();
    const { contact_id: id } = crm.server.add();
    crm.server.faults.push(412);
    expect(await thrown(crm.system.get(id))).to.include({ code: 'EXTERNAL_REFUSED', status: 422 });
  });

  it('is not described as a table would be', () => {
    const describing = (): void => describeResource(Company, { from: import.meta.url, extensions: [] });
    expect(describing).to.throw(/lie behind a provider.*describeDriver/);
  });

  it('must count where it was asked to', async () => {
    await using crm = await openCrm();
    crm.server.faults.push({ items: [], next: null });
    expect((await thrown(crm.system.list({ count: 'exact' }))).message).to.contain('it says no "count"');
  });

  it('is told of one fault of a list of values, not that it cannot be asked for one', async () => {
    await using crm = await openCrm();
    const error = await thrown(crm.system.list({ filter: { state: { in: ['lead', 'evil' as 'lead'] } } }));
    expect(error.message).to.contain('not "evil"').and.to.not.contain('cannot be asked');
  });
});
