import { extensionFolder, type TestKernel } from 'backplane/testing';
import { expect } from 'chai';
import { actingAs } from '../../auth/index.ts';
import { builtInRoles } from '../built-in.ts';
import { Invitation } from '../entities/invitation.ts';
import { Membership } from '../entities/membership.ts';
import { codeOf, memberOf, start } from './support/start.ts';

const email = 'new@example.org';

/** Invites somebody. @returns the token, as the log shows it where nobody delivers */
async function invite(kernel: TestKernel, role = 'member', address = email): Promise<string> {
  const { actor, teamId } = await memberOf(kernel, { role: 'owner' });
  const roleId = role === 'member' ? builtInRoles.member : role;
  const invitations = kernel.service('managers').as(actor).of(Invitation);
  const made = await invitations.create({ email: address, teamId, roleId } as never);
  expect(made).to.not.have.property('tokenHash');
  return tokenIn(kernel);
}

function tokenIn({ logs }: TestKernel): string {
  const line = logs.findLast(({ msg }) => String(msg).includes('you are invited'));
  return String(line?.msg).replace(/.*you are invited: /, '');
}

async function accept(kernel: TestKernel, token: string, user: { id: string } | { email: string }) {
  const headers = await actingAs(kernel, user);
  const response = await kernel.inject('POST', '/teams/invitations/accept', { headers, body: { token } });
  return { status: response.status, ...response.json<{ code?: string; teamId?: string }>() };
}

describe('An invitation', () => {
  it('makes a member of whoever has its token and its address', async () => {
    await using kernel = await start();
    const token = await invite(kernel);
    const user = await kernel.service('data').factory('auth.user').create({ email });
    const accepted = await accept(kernel, token, user);
    expect(accepted.status).to.equal(200);
    const memberships = await kernel
      .service('data')
      .repository(Membership)
      .query()
      .where({ userId: user.id })
      .get();
    expect(memberships.map(({ teamId, roleId }) => [teamId, roleId])).to.deep.equal([
      [accepted.teamId, builtInRoles.member],
    ]);
  });

  it('is good once, also when it is used twice at the same time', async () => {
    await using kernel = await start();
    const token = await invite(kernel);
    const user = await kernel.service('data').factory('auth.user').create({ email });
    const answers = await Promise.all([1, 2, 3].map(() => accept(kernel, token, user)));
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([200, 404, 404]);
    expect(await accept(kernel, token, user)).to.include({ status: 404, code: 'INVITATION_INVALID' });
  });

  it('is good for its address only, and tells others nothing', async () => {
    await using kernel = await start();
    const token = await invite(kernel);
    const stranger = await kernel.service('data').factory('auth.user').create();
    const foreign = await accept(kernel, token, stranger);
    const guessed = await accept(kernel, 'x'.repeat(43), stranger);
    expect({ ...foreign, id: 0 }).to.deep.equal({ ...guessed, id: 0 });
    expect(foreign.status).to.equal(404);
  });

  it('expires, and can be withdrawn', async () => {
    await using kernel = await start();
    const rows = kernel.service('data').repository(Invitation);
    const user = await kernel.service('data').factory('auth.user').create({ email });
    const late = await invite(kernel);
    await rows
      .query()
      .where({ email })
      .update({ expiresAt: new Date(Date.now() - 1000).toISOString() });
    expect(await accept(kernel, late, user)).to.include({ status: 404 });
    const withdrawn = await invite(kernel);
    await rows.query().where({ email }).delete();
    expect(await accept(kernel, withdrawn, user)).to.include({ status: 404 });
  });

  it('gives no more than whoever invited still holds', async () => {
    await using kernel = await start();
    const token = await invite(kernel);
    const rows = kernel.service('data').repository(Invitation);
    const [invitation] = await rows.query().where({ email }).get();
    await memberOf(kernel, { role: 'owner', team: invitation?.teamId ?? '' });
    await kernel
      .service('managers')
      .asSystem()
      .of(Membership)
      .delete(
        (
          await kernel
            .service('data')
            .repository(Membership)
            .query()
            .where({ userId: invitation?.invitedById ?? '' })
            .get()
        )[0]?.id ?? '',
      );
    const user = await kernel.service('data').factory('auth.user').create({ email });
    expect(await accept(kernel, token, user)).to.include({ status: 404 });
  });

  it('is good no more once the account of whoever invited is disabled', async () => {
    await using kernel = await start();
    const token = await invite(kernel);
    const data = kernel.service('data');
    const [invitation] = await data.repository(Invitation).query().where({ email }).get();
    await data
      .repository('auth.user')
      .update(invitation?.invitedById ?? '', { disabledAt: new Date().toISOString() });
    const user = await data.factory('auth.user').create({ email });
    expect(await accept(kernel, token, user)).to.include({ status: 404, code: 'INVITATION_INVALID' });
  });

  it('keeps its token to whoever delivers it', async () => {
    const mail = extensionFolder({
      'manifest.json': { name: 'mail', version: '1.0.0', dependencies: { teams: '^1.0.0' } },
      'invitation-messages/mail.ts': `export default { sendInvitation(message) { (globalThis.sent ??= []).push(message); } };`,
    });
    await using kernel = await start({
      extensions: [mail],
      settings: { invitationUrl: 'https://example.org/join/{token}' },
    });
    await invite(kernel);
    const sent = Reflect.get(globalThis, 'sent') as { email: string; token: string; url: string }[];
    Reflect.deleteProperty(globalThis, 'sent');
    expect(sent).to.have.length(1);
    expect(sent[0]).to.include({ email, url: `https://example.org/join/${sent[0]?.token}` });
    expect(JSON.stringify(kernel.logs)).to.not.include(sent[0]?.token);
    const [row] = await kernel.service('data').repository(Invitation).all();
    expect(JSON.stringify(row)).to.not.include(sent[0]?.token);
  });

  it('is listed and made only by who may', async () => {
    await using kernel = await start();
    await invite(kernel);
    const { actor, teamId } = await memberOf(kernel, { role: 'member' });
    const invitations = kernel.service('managers').as(actor).of(Invitation);
    expect(await codeOf(invitations.list())).to.equal('ACCESS_DENIED');
    const made = invitations.create({ email, teamId, roleId: builtInRoles.viewer } as never);
    expect(await codeOf(made)).to.equal('ACCESS_DENIED');
  });
});
