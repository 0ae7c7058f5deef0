import { expect } from 'chai';
import { Item, Label, Note } from '../../../test/support/items/entities/item.ts';
import { builtInRoles, rootTeamId } from '../built-in.ts';
import { RoleGrant } from '../entities/grant.ts';
import { Inheritance } from '../entities/inheritance.ts';
import { Membership } from '../entities/membership.ts';
import { Role } from '../entities/role.ts';
import { Team } from '../entities/team.ts';
import { codeOf, memberOf, root, start } from './support/start.ts';

describe('Rights by memberships', () => {
  it('reach the rows of the team and of those below, and no others', async () => {
    await using kernel = await start();
    const system = kernel.service('managers').asSystem();
    const { actor, teamId } = await memberOf(kernel, { role: 'viewer' });
    const below = await system.of(Team).create({ name: 'Below', parentId: teamId });
    const beside = await system.of(Team).create({ name: 'Beside' });
    await system.of(Item).createMany([
      { title: 'mine', teamId },
      { title: 'below', teamId: below.id },
      { title: 'beside', teamId: beside.id },
    ]);
    const items = kernel.service('managers').as(actor).of(Item);
    const titles = async () => (await items.list({ sort: ['title'] })).rows.map(({ title }) => title);
    expect(await titles()).to.deep.equal(['below', 'mine']);
    expect(await codeOf(items.create({ title: 'no', teamId }))).to.equal('ACCESS_DENIED');
    expect(await codeOf(kernel.service('managers').as(actor).of(Note).aggregate({ count: true }))).to.equal(
      'ACCESS_DENIED',
    );
  });

  it('to a large share of all teams are asked of each row, to a small one looked up by index', async () => {
    await using kernel = await start();
    const managers = kernel.service('managers');
    const database = kernel.service('data').database();
    const { actor } = await memberOf(kernel, { role: 'viewer' });
    const statements: string[] = [];
    const end = database.onStatement(({ sql }) => statements.push(sql));
    await managers.as(actor).of(Item).list();
    expect(statements.at(-1)).to.include('+t0."team_id" in');
    for (let index = 0; index < 10; index += 1) await managers.asSystem().of(Team).create({ name: 'Other' });
    await managers.as(actor).of(Item).list();
    end();
    expect(statements.at(-1)).to.include('t0."team_id" in').and.not.include('+t0');
  });

  it('in the root team reach everything, rows of no team too; in others none of these', async () => {
    await using kernel = await start();
    const managers = kernel.service('managers');
    const system = managers.asSystem();
    await system.of(Label).create({ name: 'new' });
    const { teamId } = await memberOf(kernel, { role: 'owner' });
    await system.of(Item).create({ title: 'one', teamId });
    const high = await memberOf(kernel, { role: 'viewer', team: rootTeamId });
    expect((await managers.as(high.actor).of(Label).list()).rows).to.have.length(1);
    expect((await managers.as(high.actor).of(Item).list()).rows).to.have.length(1);
    const low = await memberOf(kernel, { role: 'owner' });
    expect(await codeOf(managers.as(low.actor).of(Label).list())).to.equal('ACCESS_DENIED');
    expect(await codeOf(managers.as(low.actor).of(Label).create({ name: 'x' }))).to.equal('ACCESS_DENIED');
    expect((await managers.as(low.actor).of(Item).list()).rows).to.deep.equal([]);
  });

  it('come with the roles that a role inherits, with fields and filters', async () => {
    await using kernel = await start();
    const managers = kernel.service('managers');
    const system = managers.asSystem();
    const { teamId } = await memberOf(kernel);
    const base = await system.of(Role).create({ name: 'base', teamId });
    const role = await system.of(Role).create({ name: 'editor', teamId });
    await system.of(Inheritance).create({ roleId: role.id, inheritedId: base.id });
    await system.of(RoleGrant).create({
      roleId: base.id,
      permission: 'items.item:read',
      filter: { keeperId: { eq: '$actor.id' } },
    });
    await system.of(RoleGrant).create({
      roleId: role.id,
      permission: 'items.item:read',
      fields: ['title'],
      filter: { state: { eq: 'shown' } },
    });
    const { actor } = await memberOf(kernel, { team: teamId, role: role.id });
    await system.of(Item).createMany([
      { title: 'kept', teamId, keeperId: actor.id },
      { title: 'shown', teamId, state: 'shown' },
      { title: 'hidden', teamId },
    ]);
    const items = managers.as(actor).of(Item);
    const { rows } = await items.list({ sort: ['title'] });
    expect(rows.map(({ title, price }) => [title, price])).to.deep.equal([
      ['kept', undefined],
      ['shown', undefined],
    ]);
    const { rows: dear } = await items.list({ filter: { price: { gte: 0 } } });
    expect(dear.map(({ id }) => id)).to.have.length(1);
    expect(await codeOf(items.list({ filter: { teamId: { in: ['x'] } } }))).to.be.a('string');
  });

  it('decide for the teams themselves what their members see and change', async () => {
    await using kernel = await start();
    const managers = kernel.service('managers');
    const { actor, teamId } = await memberOf(kernel, { role: 'viewer' });
    const other = await memberOf(kernel, { role: 'owner' });
    const teams = managers.as(actor).of(Team);
    expect((await teams.list({ sort: ['name'] })).rows.map(({ id }) => id).sort()).to.deep.equal(
      [rootTeamId, teamId].sort(),
    );
    expect(await codeOf(teams.update(teamId, { name: 'x' }))).to.equal('ACCESS_DENIED');
    expect(await codeOf(teams.update(other.teamId, { name: 'x' }))).to.equal('ACCESS_DENIED');
    expect(await codeOf(teams.get(other.teamId))).to.equal('ROW_NOT_FOUND');
    const memberships = managers.as(actor).of(Membership);
    expect((await memberships.list()).rows.map((row) => row.teamId)).to.deep.equal([teamId]);
    expect(await codeOf(memberships.get(other.membership.id))).to.equal('ROW_NOT_FOUND');
    expect(await managers.as(other.actor).of(Team).update(other.teamId, { name: 'mine' })).to.include({
      name: 'mine',
    });
  });

  it('put a new row into the only team where it can be meant', async () => {
    await using kernel = await start();
    const managers = kernel.service('managers');
    const { actor, teamId } = await memberOf(kernel);
    expect(
      await managers
        .as(actor)
        .of(Item)
        .create({ title: 'one' } as never),
    ).to.include({ teamId });
    await memberOf(kernel, { user: actor.id });
    expect(
      await codeOf(
        managers
          .as(actor)
          .of(Item)
          .create({ title: 'one' } as never),
      ),
    ).to.equal('INPUT_INVALID');
  });

  it('are given to whoever makes a team, as its owner', async () => {
    await using kernel = await start();
    const managers = kernel.service('managers');
    const user = await kernel.service('data').factory('auth.user').create();
    const actor = { id: user.id, roles: [] };
    const team = await managers.as(actor).of(Team).create({ name: 'Mine' });
    expect(team).to.include({ name: 'Mine', parentId: rootTeamId });
    const { rows } = await managers.as(actor).of(Membership).list();
    expect(rows.map(({ roleId }) => roleId)).to.deep.equal([builtInRoles.owner]);
    await managers.as(actor).of(Item).create({ title: 'one', teamId: team.id });
    const sub = await managers.as(actor).of(Team).create({ name: 'Sub', parentId: team.id });
    expect(sub).to.include({ name: 'Sub' });
    expect(await managers.as(root).of(Team).create({ name: "Root's" })).to.include({ name: "Root's" });
  });

  it('to make teams at all may be kept for some', async () => {
    await using kernel = await start({ settings: { openCreation: false } });
    const managers = kernel.service('managers');
    const { actor, teamId } = await memberOf(kernel, { role: 'owner' });
    expect(await codeOf(managers.as(actor).of(Team).create({ name: 'Mine' }))).to.equal('ACCESS_DENIED');
    await managers.as(actor).of(Team).create({ name: 'Sub', parentId: teamId });
  });
});
