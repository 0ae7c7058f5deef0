import { expect } from 'chai';
import { onEveryDatabase, urlOfDatabase } from '../../../test/data/support/databases.ts';
import { builtInRoles, rootTeamId } from '../built-in.ts';
import { Invitation } from '../entities/invitation.ts';
import { Membership } from '../entities/membership.ts';
import { Role } from '../entities/role.ts';
import { Team } from '../entities/team.ts';
import { codeOf, memberOf, root, start } from './support/start.ts';

const rounds = 12;

onEveryDatabase(
  'Changes of rights at the same time',
  (open) => {
    for (const what of ['membership', 'invitation'] as const) {
      it(`do not give a role by ${what} in a team that leaves the role's team`, async () => {
        await using kernel = await start({ env: { DATABASE_URL: await urlOfDatabase(await open()) } });
        const managers = kernel.service('managers').as(root);
        const { actor } = await memberOf(kernel, { role: 'viewer' });
        const codes: (string | undefined)[] = [];
        for (let round = 0; round < rounds; round += 1) {
          const team = await managers.of(Team).create({ name: 'Above' });
          const below = await managers.of(Team).create({ name: 'Below', parentId: team.id });
          const role = await managers.of(Role).create({ name: 'local', teamId: team.id });
          const given = { teamId: below.id, roleId: role.id };
          const give = async (): Promise<unknown> =>
            what === 'membership'
              ? managers.of(Membership).create({ ...given, userId: actor.id })
              : managers.of(Invitation).create({ ...given, email: 'z@example.org' } as never);
          const move = () => managers.of(Team).update(below.id, { parentId: rootTeamId });
          const [first, second] = await Promise.all([codeOf(give()), codeOf(move())]);
          codes.push(first, second);
          // One of the two came second, and knew.
          expect([first, second]).to.not.deep.equal([undefined, undefined]);
        }
        expect(codes).to.include(undefined);
        for (const code of codes) {
          expect(code).to.be.oneOf([undefined, 'INPUT_INVALID', 'ROLES_LEFT_BEHIND', 'TRANSACTION_CONFLICT']);
        }
      });
    }

    it('see what others have committed since the transaction began', async () => {
      await using kernel = await start({ env: { DATABASE_URL: await urlOfDatabase(await open()) } });
      const managers = kernel.service('managers').as(root);
      const database = kernel.service('data').database();
      const { actor } = await memberOf(kernel, { role: 'viewer' });
      /** Does one thing in a transaction that has read already, and another before, outside of it. */
      const inTurn = async (meanwhile: () => Promise<unknown>, work: () => Promise<unknown>) => {
        const [read, done] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
        const within = database.transaction(async () => {
          for (const entity of [Team, Membership, Invitation, Role])
            await managers.of({ name: entity.name }).list();
          read.resolve();
          await done.promise;
          await work();
        });
        await read.promise;
        await meanwhile();
        done.resolve();
        return codeOf(within);
      };
      for (const what of ['membership', 'invitation'] as const) {
        const place = async () => {
          const team = await managers.of(Team).create({ name: 'Above' });
          const below = await managers.of(Team).create({ name: 'Below', parentId: team.id });
          const role = await managers.of(Role).create({ name: 'local', teamId: team.id });
          const given = { teamId: below.id, roleId: role.id };
          return {
            give: async (): Promise<unknown> =>
              what === 'membership'
                ? managers.of(Membership).create({ ...given, userId: actor.id })
                : managers.of(Invitation).create({ ...given, email: 'z@example.org' } as never),
            remove: () => managers.of(Role).delete(role.id),
            move: () => managers.of(Team).update(below.id, { parentId: rootTeamId }),
          };
        };
        const one = await place();
        expect(await inTurn(one.give, one.move), `a move after the ${what}`).to.equal('ROLES_LEFT_BEHIND');
        const used = await place();
        expect(await inTurn(used.give, used.remove), `the role's end after the ${what}`).to.equal(
          'ROLE_IN_USE',
        );
        const other = await place();
        expect(await inTurn(other.move, other.give), `the ${what} after a move`).to.equal('INPUT_INVALID');
      }
    });

    it('leave a team its last owner', async () => {
      await using kernel = await start({ env: { DATABASE_URL: await urlOfDatabase(await open()) } });
      const managers = kernel.service('managers');
      for (let round = 0; round < rounds; round += 1) {
        const one = await memberOf(kernel, { role: 'owner' });
        const other = await memberOf(kernel, { role: 'owner', team: one.teamId });
        await Promise.all(
          [one, other].map(({ actor, membership }) =>
            codeOf(managers.as(actor).of(Membership).delete(membership.id)),
          ),
        );
        const owners = await kernel
          .service('data')
          .repository(Membership)
          .count({ teamId: one.teamId, roleId: builtInRoles.owner });
        expect(owners).to.be.greaterThan(0);
      }
    });
  },
  { dialects: ['postgres', 'mysql'] },
);
