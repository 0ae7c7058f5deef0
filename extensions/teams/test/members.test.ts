import { expect } from 'chai';
import { memberOf, start } from './support/start.ts';

describe('Members of a team', () => {
  it('see each other, and nobody else; what they may do to each other is another matter', async () => {
    await using kernel = await start();
    const managers = kernel.service('managers');
    const ann = await memberOf(kernel, { role: 'owner' });
    const ben = await memberOf(kernel, { role: 'viewer', team: ann.teamId });
    const eve = await memberOf(kernel, { role: 'owner' });
    const seenBy = async (actor: typeof ann.actor) =>
      (await managers.as(actor).of('auth.user').list()).rows.map(({ id }) => id).toSorted();
    expect(await seenBy(ann.actor)).to.deep.equal([ann.actor.id, ben.actor.id].toSorted());
    expect(await seenBy(ben.actor)).to.deep.equal([ann.actor.id, ben.actor.id].toSorted());
    expect(await seenBy(eve.actor)).to.deep.equal([eve.actor.id]);
    for (const work of [
      managers.as(ann.actor).of('auth.user').update(ben.actor.id, { name: 'x' }),
      managers.as(ann.actor).of('auth.user').delete(ben.actor.id),
      managers.as(ann.actor).of('auth.user').create({ email: 'x@example.org' }),
    ]) {
      expect(await work.catch(({ code }) => code)).to.equal('ACCESS_DENIED');
    }
  });
});
