import type { Actor } from 'backplane';
import type { TestKernel } from 'backplane/testing';
import { expect } from 'chai';
import { builtInRoles, rootTeamId } from '../built-in.ts';
import { RoleGrant } from '../entities/grant.ts';
import { Inheritance } from '../entities/inheritance.ts';
import { Invitation } from '../entities/invitation.ts';
import { Membership } from '../entities/membership.ts';
import { Role } from '../entities/role.ts';
import { Team } from '../entities/team.ts';
import { codeOf, memberOf, root, start } from './support/start.ts';

/** A team whose administrator may do everything to roles and members, and read items, but no more. */
async function administered(kernel: TestKernel): Promise<{
  readonly teamId: string;
  readonly roleId: string;
  readonly admin: Actor;
  readonly membershipId: string;
}> {
  const system = kernel.service('managers').asSystem();
  const { teamId } = await memberOf(kernel, { role: 'owner' });
  const { id: roleId } = await system.of(Role).create({ name: 'admin', teamId });
  await system
    .of(RoleGrant)
    .createMany(
      ['teams.*:administer', 'teams.*:read', 'teams.team:add', 'items.item:read', 'auth.user:read'].map(
        (permission) => ({ roleId, permission }),
      ),
    );
  const { actor, membership } = await memberOf(kernel, { team: teamId, role: roleId });
  return { teamId, roleId, admin: actor, membershipId: membership.id };
}

describe('Whoever administers a team', () => {
  it('gives nobody a role with more than they hold', async () => {
    await using kernel = await start();
    const { teamId, roleId, admin } = await administered(kernel);
    const managers = kernel.service('managers').as(admin);
    const invite = (role: string) =>
      managers.of(Invitation).create({ email: 'x@example.org', teamId, roleId: role } as never);
    expect(await codeOf(invite(builtInRoles.owner))).to.equal('RIGHTS_EXCEEDED');
    expect(await codeOf(invite(builtInRoles.viewer))).to.equal('RIGHTS_EXCEEDED');
    expect(await codeOf(invite(roleId))).to.equal(undefined);
  });

  it('makes no role stronger than they are: by a grant, by inheritance, without a filter, with more fields', async () => {
    await using kernel = await start();
    const { teamId, roleId, admin } = await administered(kernel);
    const system = kernel.service('managers').asSystem();
    const managers = kernel.service('managers').as(admin);
    const grants = managers.of(RoleGrant);
    for (const permission of ['*', '*:read', 'items.*:read', 'items.item:*', 'items.item:update']) {
      expect(await codeOf(grants.create({ roleId, permission })), permission).to.equal('RIGHTS_EXCEEDED');
    }
    const inherit = managers.of(Inheritance).create({ roleId, inheritedId: builtInRoles.owner });
    expect(await codeOf(inherit)).to.equal('RIGHTS_EXCEEDED');

    const { id: limited } = await system.of(Role).create({ name: 'limited', teamId });
    await system.of(RoleGrant).createMany([
      { roleId: limited, permission: 'teams.role:*' },
      { roleId: limited, permission: 'teams.team:read' },
      { roleId: limited, permission: 'items.item:read', fields: ['title'] },
      { roleId: limited, permission: 'items.item:update', filter: { state: { eq: 'draft' } } },
    ]);
    const { actor } = await memberOf(kernel, { team: teamId, role: limited });
    const own = kernel.service('managers').as(actor);
    const { id: fresh } = await own.of(Role).create({ name: 'fresh', teamId });
    const write = (grant: object) => codeOf(own.of(RoleGrant).create({ roleId: fresh, ...grant } as never));
    expect(await write({ permission: 'items.item:read' })).to.equal('RIGHTS_EXCEEDED');
    expect(await write({ permission: 'items.item:read', fields: ['title', 'price'] })).to.equal(
      'RIGHTS_EXCEEDED',
    );
    expect(await write({ permission: 'items.item:read', fields: ['title'] })).to.equal(undefined);
    expect(await write({ permission: 'items.item:update' })).to.equal('RIGHTS_EXCEEDED');
    const stale = { permission: 'items.item:update', filter: { state: { eq: 'shown' } } };
    expect(await write(stale)).to.be.oneOf(['RIGHTS_EXCEEDED', 'INPUT_INVALID']);
  });

  it('grants nothing that there is not', async () => {
    await using kernel = await start();
    const { actor, teamId } = await memberOf(kernel, { role: 'owner' });
    const managers = kernel.service('managers').as(actor);
    const { id: roleId } = await managers.of(Role).create({ name: 'some', teamId });
    const write = (permission: string) =>
      managers
        .of(RoleGrant)
        .create({ roleId, permission })
        .then(
          () => 'written',
          (error: Error) => error.message,
        );
    expect(await write('items.item:reed')).to.match(/"reed"\. Did you mean "read"\?/);
    expect(await write('items.items:read')).to.match(/"items\.items"\. Did you mean "items\.item"\?/);
    for (const permission of [
      'items.item:read',
      'items.item:*',
      'items.*:read',
      'teams.role:administer',
      'teams.team:add',
      'teams.invitation:accept',
      'later.thing:see',
    ]) {
      expect(await write(permission), permission).to.equal('written');
    }
  });

  it('writes no filter that finds out what they may not read', async () => {
    await using kernel = await start();
    const { teamId, admin } = await administered(kernel);
    const managers = kernel.service('managers').as(admin);
    const { id: roleId } = await managers.of(Role).create({ name: 'probe', teamId });
    const write = (filter: object) =>
      codeOf(managers.of(RoleGrant).create({ roleId, permission: 'items.item:read', filter } as never));
    expect(await write({ team: { name: { startsWith: 'a' } } })).to.equal('INPUT_INVALID');
    expect(await write({ and: [{ notes: { some: { text: { eq: 'a' } } } }] })).to.equal('INPUT_INVALID');
    expect(await write({ nonsense: { eq: 1 } })).to.equal('INPUT_INVALID');
    expect(await write({ price: { gt: 5 }, keeperId: { eq: '$actor.id' } })).to.equal(undefined);
  });

  it('does not PATCH a membership to a stronger role, another team, or another user', async () => {
    await using kernel = await start();
    const { teamId, admin, membershipId } = await administered(kernel);
    const other = await memberOf(kernel, { role: 'owner' });
    const memberships = kernel.service('managers').as(admin).of(Membership);
    const patch = (changes: object) => codeOf(memberships.update(membershipId, changes));
    expect(await patch({ roleId: builtInRoles.owner })).to.equal('RIGHTS_EXCEEDED');
    expect(await patch({ teamId: other.teamId })).to.equal('INPUT_INVALID');
    expect(await patch({ teamId: rootTeamId })).to.be.oneOf([
      'ACCESS_DENIED',
      'RIGHTS_EXCEEDED',
      'INPUT_INVALID',
    ]);
    expect(await codeOf(memberships.update(other.membership.id, { userId: admin.id }))).to.equal(
      'ROW_NOT_FOUND',
    );
    const { rows } = await memberships.list({ filter: { teamId: { eq: teamId } } });
    const owner = rows.find(({ roleId }) => roleId === builtInRoles.owner);
    expect(await codeOf(memberships.update(owner?.id ?? '', { userId: admin.id }))).to.be.oneOf([
      'RIGHTS_EXCEEDED',
      'INPUT_INVALID',
    ]);
    expect(await codeOf(memberships.delete(owner?.id ?? ''))).to.equal('RIGHTS_EXCEEDED');
  });

  it('moves no team to where they hold more, nor into itself, nor out of sight of those above', async () => {
    await using kernel = await start();
    const managers = kernel.service('managers');
    const { teamId, admin } = await administered(kernel);
    const mine = await managers.as(admin).of(Team).create({ name: 'Mine' });
    const teams = managers.as(admin).of(Team);
    expect(await codeOf(teams.update(teamId, { parentId: mine.id }))).to.equal('RIGHTS_EXCEEDED');
    expect(await codeOf(teams.update(mine.id, { parentId: mine.id }))).to.equal('INPUT_INVALID');
    const below = await teams.create({ name: 'Below', parentId: mine.id });
    expect(await codeOf(teams.update(mine.id, { parentId: below.id }))).to.equal('INPUT_INVALID');

    const company = await memberOf(kernel, { role: 'owner' });
    const { id: part } = await managers
      .asSystem()
      .of(Team)
      .create({ name: 'Part', parentId: company.teamId });
    const { actor: chief } = await memberOf(kernel, { team: part, role: 'owner' });
    const own = await managers.as(chief).of(Team).create({ name: 'Own' });
    expect(await codeOf(managers.as(chief).of(Team).update(part, { parentId: own.id }))).to.equal(
      'MOVE_DENIED',
    );
    expect(await codeOf(managers.as(company.actor).of(Team).update(part, { parentId: rootTeamId }))).to.equal(
      undefined,
    );
  });

  it('changes no built-in role, and gives none of another team', async () => {
    await using kernel = await start();
    const managers = kernel.service('managers');
    const { actor, teamId } = await memberOf(kernel, { role: 'owner' });
    const high = await memberOf(kernel, { role: 'owner', team: rootTeamId });
    const input = { roleId: builtInRoles.viewer, permission: 'items.item:create' };
    expect(await codeOf(managers.as(actor).of(RoleGrant).create(input))).to.equal('ROLE_BUILT_IN');
    expect(await codeOf(managers.as(high.actor).of(RoleGrant).create(input))).to.equal('ROLE_BUILT_IN');
    expect(await codeOf(managers.as(root).of(Role).delete(builtInRoles.owner))).to.equal('ROLE_BUILT_IN');
    expect(await codeOf(managers.as(root).of(RoleGrant).create(input))).to.equal(undefined);
    const other = await memberOf(kernel, { role: 'owner' });
    const { id: foreign } = await managers
      .as(other.actor)
      .of(Role)
      .create({ name: 'theirs', teamId: other.teamId });
    const give = managers.asSystem().of(Membership).create({ userId: actor.id, teamId, roleId: foreign });
    expect(await codeOf(give)).to.equal('INPUT_INVALID');
  });

  it('is not found out about from outside: ids of other teams are ids of nothing', async () => {
    await using kernel = await start();
    const managers = kernel.service('managers');
    const { actor, teamId } = await memberOf(kernel, { role: 'owner' });
    const other = await memberOf(kernel, { role: 'owner' });
    const { id: role } = await managers.as(other.actor).of(Role).create({ name: 'r', teamId: other.teamId });
    const mine = managers.as(actor);
    for (const work of [
      mine.of(Team).get(other.teamId),
      mine.of(Team).update(other.teamId, { name: 'x' }),
      mine.of(Team).delete(other.teamId),
      mine.of(Role).get(role),
      mine.of(Role).delete(role),
      mine.of(Membership).get(other.membership.id),
      mine.of(Membership).delete(other.membership.id),
    ]) {
      expect(await codeOf(work)).to.equal('ROW_NOT_FOUND');
    }
    // Not even whether somebody is a member there: the same answer for a membership that is, and one that is not.
    const add = async (userId: string) => {
      const input = { userId, teamId: other.teamId, roleId: builtInRoles.owner };
      return mine
        .of(Membership)
        .create(input)
        .catch((error: Error) => error.message);
    };
    const third = await memberOf(kernel);
    expect(await add(other.actor.id)).to.equal(await add(third.actor.id));
    const grant = mine.of(RoleGrant).create({ roleId: role, permission: 'items.item:read' });
    expect(await codeOf(grant)).to.equal('INPUT_INVALID');
    expect(await codeOf(mine.of(Team).create({ name: 'x', parentId: other.teamId }))).to.equal(
      'INPUT_INVALID',
    );
    expect(await codeOf(mine.of(Role).create({ name: 'x', teamId }))).to.equal(undefined);
  });

  it('does not leave a team without an owner', async () => {
    await using kernel = await start();
    const managers = kernel.service('managers');
    const { actor, teamId, membership } = await memberOf(kernel, { role: 'owner' });
    const memberships = managers.as(actor).of(Membership);
    expect(await codeOf(memberships.delete(membership.id))).to.equal('LAST_OWNER');
    expect(await codeOf(memberships.update(membership.id, { roleId: builtInRoles.viewer }))).to.equal(
      'LAST_OWNER',
    );
    const second = await memberOf(kernel, { team: teamId, role: 'owner' });
    await memberships.delete(membership.id);
    const left = managers.as(second.actor).of(Membership).delete(second.membership.id);
    expect(await codeOf(left)).to.equal('LAST_OWNER');
    expect((await memberships.list()).rows).to.deep.equal([]);
  });

  it('puts nobody into a team of their own who is no member above it', async () => {
    await using kernel = await start();
    const managers = kernel.service('managers');
    const company = await memberOf(kernel, { role: 'owner' });
    const { actor: victim } = await memberOf(kernel, { team: company.teamId, role: 'member' });
    const { actor: attacker } = await memberOf(kernel, { team: company.teamId, role: 'viewer' });
    const own = await managers.as(attacker).of(Team).create({ name: 'Own' });
    const memberships = managers.as(attacker).of(Membership);
    const given = { teamId: own.id, roleId: builtInRoles.viewer };
    expect(await codeOf(memberships.create({ ...given, userId: victim.id }))).to.equal('INVITATION_NEEDED');
    const mine = await memberships.create({ ...given, userId: attacker.id });
    expect(await codeOf(memberships.update(mine.id, { userId: victim.id }))).to.equal('INVITATION_NEEDED');
    expect(await codeOf(memberships.createMany([{ ...given, userId: victim.id }]))).to.equal(
      'INVITATION_NEEDED',
    );

    const chief = managers.as(company.actor);
    const part = await chief.of(Team).create({ name: 'Part', parentId: company.teamId });
    const place = { userId: victim.id, teamId: part.id, roleId: builtInRoles.viewer };
    expect(await codeOf(chief.of(Membership).create(place))).to.equal(undefined);
    const stranger = await memberOf(kernel);
    const strange = { ...place, userId: stranger.actor.id };
    // Somebody whom they do not even see.
    expect(await codeOf(chief.of(Membership).create(strange))).to.equal('INPUT_INVALID');
    expect(await codeOf(managers.as(root).of(Membership).create(strange))).to.equal(undefined);
  });

  it('leaves no team without an owner by deleting an account', async () => {
    await using kernel = await start({ settings: { epochMaxAge: 600_000 } });
    const managers = kernel.service('managers');
    const high = await memberOf(kernel, { role: 'owner', team: rootTeamId });
    const { actor, teamId } = await memberOf(kernel, { role: 'owner' });
    const remove = (by: Actor) => codeOf(managers.as(by).of({ name: 'auth.user' }).delete(actor.id));
    expect(await remove(high.actor)).to.equal('LAST_OWNER');
    const second = await memberOf(kernel, { team: teamId, role: 'owner' });
    const rights = () => kernel.service('teams').rightsOf(actor);
    expect((await rights())?.places).to.have.length(1);
    expect(await remove(high.actor)).to.equal(undefined);
    expect((await rights())?.places).to.have.length(0);
    expect(await codeOf(managers.as(root).of({ name: 'auth.user' }).delete(second.actor.id))).to.equal(
      undefined,
    );
  });

  it('makes no roles that inherit from each other, not by several at once either', async () => {
    await using kernel = await start();
    const { actor, teamId } = await memberOf(kernel, { role: 'owner' });
    const managers = kernel.service('managers').as(actor);
    const [one, other] = await managers.of(Role).createMany([
      { name: 'one', teamId },
      { name: 'other', teamId },
    ]);
    const forth = { roleId: one?.id ?? '', inheritedId: other?.id ?? '' };
    const back = { roleId: forth.inheritedId, inheritedId: forth.roleId };
    const inheritances = managers.of(Inheritance);
    expect(await codeOf(inheritances.createMany([forth, back]))).to.equal('INPUT_INVALID');
    const self = { roleId: forth.roleId, inheritedId: forth.roleId };
    expect(await codeOf(inheritances.create(self))).to.equal('INPUT_INVALID');
    await inheritances.create(forth);
    expect(await codeOf(inheritances.create(back))).to.equal('INPUT_INVALID');
  });

  it('hands out nothing by an API key that the key does not reach', async () => {
    await using kernel = await start();
    const { actor, teamId } = await memberOf(kernel, { role: 'owner' });
    const key = { ...actor, scopes: ['teams.*:*'] };
    const invite = (roleId: string) =>
      kernel
        .service('managers')
        .as(key)
        .of(Invitation)
        .create({ email: 'x@example.org', teamId, roleId } as never);
    expect(await codeOf(invite(builtInRoles.owner))).to.equal('RIGHTS_EXCEEDED');
  });

  it('deletes no team that others lie below', async () => {
    await using kernel = await start();
    const managers = kernel.service('managers');
    const { actor, teamId } = await memberOf(kernel, { role: 'owner' });
    const teams = managers.as(actor).of(Team);
    const below = await teams.create({ name: 'Below', parentId: teamId });
    expect(await codeOf(teams.delete(teamId))).to.equal('TEAM_HAS_CHILDREN');
    await teams.delete(below.id);
    await teams.delete(teamId);
    expect(await codeOf(managers.as(root).of(Team).delete(rootTeamId))).to.equal('TEAM_ROOT');
  });
});
