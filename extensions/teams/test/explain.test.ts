import { expect } from 'chai';
import { explainAccess } from '../access/explain-access.ts';

import { memberOf, start } from './support/start.ts';

describe('An explanation of access', () => {
  it('names the rule, the grants with their memberships, the filter and the SQL', async () => {
    await using kernel = await start();
    const { actor, teamId } = await memberOf(kernel, { role: 'viewer' });
    const services = {
      kernel,
      data: kernel.service('data'),
      teams: kernel.service('teams'),
    } as unknown as Parameters<typeof explainAccess>[0];
    const read = await explainAccess(services, actor.id, 'items.item', 'list');
    expect(read).to.deep.include({
      rule: 'whoever is granted "items.item:read"',
      allowed: true,
      // Of few teams one is a large share.
      filter: { teamId: { in: [teamId] } },
      parameters: [JSON.stringify([teamId])],
    });
    expect(read.grants).to.deep.equal([
      {
        permission: 'items.item:read',
        pattern: '*:read',
        roles: ['viewer'],
        writtenIn: 'viewer',
        teams: ['Team'],
        fields: null,
        filter: null,
      },
    ]);
    expect(read.sql).to.match(/from "items_items" t0 where \+?t0."team_id" in/);
    const update = await explainAccess(services, actor.id, 'items.item', 'update');
    expect(update).to.deep.include({ allowed: false, grants: [], sql: null });
    expect(update.reading).to.deep.equal({
      rule: 'whoever is granted "items.item:read"',
      allowed: true,
      filter: { teamId: { in: [teamId] } },
    });
    expect(read.reading).to.equal(null);
    const create = await explainAccess(services, actor.id, 'items.item', 'create');
    expect(create.reading).to.equal(null);
    const misspelt = explainAccess(services, actor.id, 'items.item', 'reed');
    expect(await misspelt.catch((error: Error) => error.message)).to.include('Did you mean "read"?');
    const administer = await explainAccess(services, actor.id, 'teams.team', 'administer');
    expect(administer.allowed).to.equal(false);
    const roles = await explainAccess(services, actor.id, 'teams.role', 'read');
    expect(roles.rule).to.equal(
      'whoever is granted "teams.role:read" or (whoever is signed in and with rows that satisfy {"teamId":{"isNull":true}})',
    );
  });
});
