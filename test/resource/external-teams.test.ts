import { expect } from 'chai';
import { rootTeamId } from '../../extensions/teams/index.ts';
import { type Crm, openCrm, thrown } from './support/open-crm.ts';

/** Somebody who has a role with this grant. */
async function granted({ kernel }: Crm, grant: object): Promise<string> {
  const system = kernel.service('managers').asSystem();
  // Only grants in the root team count for entities without a scope.
  const role = await system.of({ name: 'teams.role' }).create({ name: 'seller', teamId: rootTeamId });
  await system.of({ name: 'teams.grant' }).create({ roleId: role.id, ...grant });
  const user = await kernel.service('data').factory({ name: 'auth.user' }).create();
  const member = { userId: String(user.id), teamId: rootTeamId, roleId: role.id };
  await system.of({ name: 'teams.membership' }).create(member);
  return String(user.id);
}

describe('grants of teams on rows behind a provider', () => {
  it('reach the rows and fields that they name', async () => {
    await using crm = await openCrm({ extensions: ['auth', 'teams'] });
    const id = await granted(crm, {
      permission: 'crm.contact:read',
      fields: ['name', 'state', 'visits'],
      filter: { visits: { gte: 2 } },
    });
    for (const visits of [1, 2, 3]) crm.server.add({ visits });
    const { rows } = await crm.as({ id, roles: [] }).list({ fields: ['visits'] });
    expect(rows.map(({ visits }) => visits)).to.deep.equal([2, 3]);
  });

  it('are of operations that it offers, and filter by fields that it has', async () => {
    await using crm = await openCrm({ extensions: ['auth', 'teams'] });
    const restore = await thrown(granted(crm, { permission: 'crm.contact:restore' }));
    expect(restore.message).to.contain('names no operation of "crm.contact"');
    const odd = await thrown(
      granted(crm, { permission: 'crm.contact:read', filter: { phone: { eq: '1' } } }),
    );
    expect(odd.message).to.contain('phone');
  });
});
