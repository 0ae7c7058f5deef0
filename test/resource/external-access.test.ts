import type { Actor, Grant } from 'backplane';
import { expect } from 'chai';
import { seededRandom } from '../../kernel/testing/seeded-random.ts';
import type { Item } from './support/crm-server.ts';
import { type Crm, openCrm, thrown } from './support/open-crm.ts';
import { actor } from './support/open-shop.ts';

describe('access to rows behind a provider', () => {
  it('is asked for before anybody is called', async () => {
    await using crm = await openCrm();
    expect(await thrown(crm.as(undefined).create({ name: 'Ann' }))).to.have.property(
      'code',
      'AUTHENTICATION_REQUIRED',
    );
    expect(await thrown(crm.as(actor('ann')).delete('c-1'))).to.have.property('code', 'ACCESS_DENIED');
    const nobody = await thrown(crm.kernel.service('managers').as(undefined).of('crm.contact').list());
    expect(nobody).to.have.property('code', 'AUTHENTICATION_REQUIRED');
    expect(crm.server.requests).to.deep.equal([]);
  });

  it('shows each their own rows, and asks the provider for no others', async () => {
    await using crm = await openCrm();
    const mine = crm.server.add({ owner: 'ann' });
    const other = crm.server.add({ owner: 'ben' });
    const { rows } = await crm.as(actor('ann')).list();
    expect(rows.map(({ id }) => id)).to.deep.equal([mine.contact_id]);
    expect(crm.server.requests[0]).to.contain('owner=ann');
    expect(await thrown(crm.as(actor('ann')).get(other.contact_id))).to.have.property(
      'code',
      'ROW_NOT_FOUND',
    );
  });

  it('lets nobody change what they may not, take a row in, or push it out of reach', async () => {
    await using crm = await openCrm();
    const mine = crm.server.add({ owner: 'ann' });
    const other = crm.server.add({ owner: 'ben' });
    const ann = crm.as(actor('ann', { 'crm.contact:read': { rows: { state: { eq: 'lead' } } } }));
    expect(await thrown(ann.update(other.contact_id, { ownerId: 'ann' }))).to.have.property(
      'code',
      'ACCESS_DENIED',
    );
    expect(await thrown(ann.update(mine.contact_id, { ownerId: 'ben' }))).to.have.property(
      'code',
      'ACCESS_DENIED',
    );
    expect(await thrown(ann.create({ name: 'X', ownerId: 'ben' }))).to.have.property('code', 'ACCESS_DENIED');
    expect(await thrown(ann.create({ name: 'X' }))).to.have.property('code', 'ACCESS_DENIED');
    expect(crm.server.requests.filter((one) => !one.startsWith('GET'))).to.deep.equal([]);
    expect(await ann.update(mine.contact_id, { visits: 1 })).to.have.property('visits', 1);
    expect(await ann.create({ name: 'Y', ownerId: 'ann' })).to.have.property('name', 'Y');
  });

  it('refuses a new row of which it cannot be told whose it will be', async () => {
    await using crm = await openCrm();
    const scored = crm.as(actor('ann', { 'crm.contact:create': { rows: { score: { gte: 5 } } } }));
    expect(await thrown(scored.create({ name: 'unknown' }))).to.have.property('code', 'ACCESS_DENIED');
    // A hook gives it a score.
    expect(await scored.create({ name: 'scored' })).to.deep.equal({ id: 'c-00001' });
  });

  it('answers with a bare id who may make a row and not see it', async () => {
    await using crm = await openCrm();
    const maker = crm.as(actor('ann', { 'crm.contact:create': true }));
    expect(await maker.create({ name: 'X' })).to.deep.equal({ id: 'c-00001' });
  });

  it('keeps to the fields of grants, in what is shown, asked about and set', async () => {
    await using crm = await openCrm();
    const { contact_id: id } = crm.server.add({ owner: 'ben', mail: 'a@example.org' });
    const fields = new Set(['name', 'state']);
    const some = crm.as(actor('cid', { 'crm.contact:read': { fields }, 'crm.contact:update': { fields } }));
    // Of Cid's two ways in, own rows would be seen whole: what both reach is shown.
    expect(await some.get(id)).to.deep.equal({ id, name: 'Contact 1', state: 'lead' });
    const { rows } = await some.list({ filter: { state: { eq: 'lead' } } });
    expect(rows).to.deep.equal([{ id, name: 'Contact 1', state: 'lead' }]);
    // By an e-mail Cid reaches own rows only, and this is none.
    const probe = await some.list({ filter: { email: { eq: 'a@example.org' } } });
    expect(probe.rows).to.deep.equal([]);
    const wide = await thrown(some.update(id, { visits: 3 }));
    expect(wide.code).to.be.oneOf(['FIELD_FORBIDDEN', 'ACCESS_DENIED']);
    expect(crm.server.items.get(id)).to.include({ visits: 0 });
    expect(await some.update(id, { state: 'lost' })).to.include({ state: 'lost' });
  });

  it('counts a rule that cannot be answered as no', async () => {
    await using crm = await openCrm();
    crm.server.add();
    for (const rows of [{ nothing: { eq: 1 } }, { not: { nothing: { eq: 1 } } }, { name: { like: 'C%' } }]) {
      const odd = actor('cid', { 'crm.contact:read': { rows: rows as never } });
      expect((await crm.as(odd).list()).rows, JSON.stringify(rows)).to.deep.equal([]);
    }
  });

  it('shows, counts and changes exactly the rows that random rules let through', async () => {
    await using crm = await openCrm();
    const random = seededRandom(5);
    const pick = <Value>(list: readonly Value[]): Value => list[Math.floor(random() * list.length)] as Value;
    for (let number = 0; number < 90; number += 1) {
      crm.server.add({
        owner: pick([null, 'ann', 'ben', 'Ann']),
        state: pick(['lead', 'customer', 'lost']),
        visits: pick([0, 1, 2, 3]),
        mail: pick([null, 'x@example.org']),
      });
    }
    for (let round = 0; round < 60; round += 1) {
      const rule = randomRule(pick, 2);
      const who = actor('cid', {
        'crm.contact:read': { rows: rule.filter as NonNullable<Grant['rows']> },
        'crm.contact:update': { rows: rule.filter as NonNullable<Grant['rows']> },
      });
      const allowed = [...crm.server.items.values()].filter((item) => rule.holds(item));
      const ids = allowed.map(({ contact_id }) => contact_id);
      const told = JSON.stringify(rule.filter);
      expect(await idsSeen(crm, who, pick([1, 7, 100])), told).to.deep.equal(ids);
      const some = pick([...crm.server.items.keys()]);
      const seen = await crm
        .as(who)
        .get(some)
        .then(
          () => true,
          () => false,
        );
      expect(seen, told).to.equal(ids.includes(some));
      const before = crm.server.items.get(some)?.updated;
      const code = await crm
        .as(who)
        .update(some, { name: `Round ${round}` })
        .then(
          () => 'done',
          (error) => error.code,
        );
      expect(code, told).to.equal(ids.includes(some) ? 'done' : 'ROW_NOT_FOUND');
      expect(crm.server.items.get(some)?.updated !== before, told).to.equal(ids.includes(some));
    }
  }).timeout(60_000);
});

async function idsSeen(crm: Crm, who: Actor, size: number): Promise<readonly string[]> {
  const ids: string[] = [];
  let after: string | undefined;
  do {
    const page = await crm.as(who).list({ page: { size, ...(after ? { after } : {}) } });
    ids.push(...page.rows.map(({ id }) => id));
    after = page.next;
  } while (after !== undefined);
  return ids;
}

interface RandomRule {
  readonly filter: object;
  /** The same, by hand. */
  readonly holds: (item: Item) => boolean;
}

function randomRule(pick: <Value>(list: readonly Value[]) => Value, depth: number): RandomRule {
  const kind = depth === 0 ? 'condition' : pick(['condition', 'and', 'or', 'not']);
  if (kind === 'not') {
    const { filter, holds } = randomRule(pick, depth - 1);
    return { filter: { not: filter }, holds: (item) => !holds(item) };
  }
  if (kind !== 'condition') {
    const parts = [randomRule(pick, depth - 1), randomRule(pick, depth - 1)];
    const filter = { [kind]: parts.map((one) => one.filter) };
    if (kind === 'and') return { filter, holds: (item) => parts.every((one) => one.holds(item)) };
    return { filter, holds: (item) => parts.some((one) => one.holds(item)) };
  }
  const owner = pick(['ann', 'ben']);
  const visits = pick([0, 1, 2, 3]);
  const state = pick(['lead', 'customer', 'lost']);
  return pick<RandomRule>([
    { filter: { ownerId: { eq: owner } }, holds: (item) => item.owner === owner },
    { filter: { ownerId: { ne: owner } }, holds: (item) => item.owner !== owner },
    { filter: { ownerId: { isNull: true } }, holds: (item) => item.owner === null },
    { filter: { ownerId: { startsWith: 'a' } }, holds: (item) => item.owner?.startsWith('a') ?? false },
    { filter: { visits: { gte: visits } }, holds: (item) => item.visits >= visits },
    { filter: { visits: { lt: visits, gte: 1 } }, holds: (item) => item.visits < visits && item.visits >= 1 },
    { filter: { visits: { lte: visits } }, holds: (item) => item.visits <= visits },
    { filter: { state: { in: [state, 'lead'] } }, holds: (item) => [state, 'lead'].includes(item.state) },
    { filter: { state: { nin: [state] } }, holds: (item) => item.state !== state },
    { filter: { email: { eq: null } }, holds: (item) => item.mail === null },
    { filter: { email: { eq: 'x@example.org' } }, holds: (item) => item.mail === 'x@example.org' },
  ]);
}
