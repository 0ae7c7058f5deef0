import { Comment } from 'ext:blog';
import { memberOf } from 'ext:teams';
import { describeResource, testKernel } from 'backplane/testing';
import { expect } from 'chai';

const setup = { from: import.meta.url, extensions: ['..', '../../blog', 'rest'] };

describeResource(Comment, {
  ...setup,
  as: async (kernel) => ({ ...(await memberOf(kernel)).actor, roles: ['admin'] }),
});

describe('comments', () => {
  it('with bad words are seen by their authors and by moderators only', async () => {
    await using kernel = await testKernel(setup);
    const managers = kernel.service('managers');
    const post = await kernel.service('data').factory('blog.post').create({ status: 'published' });
    const author = await memberOf(kernel);
    const reader = await memberOf(kernel);
    const comments = managers.as(author.actor).of(Comment);

    const good = await comments.create({ postId: post.id, text: 'How nice' });
    const bad = await comments.create({ postId: post.id, text: 'Win the jackpot' });
    expect(bad).to.include({ heldBack: true });
    const idsFor = async (who: typeof managers) =>
      (await who.of(Comment).list()).rows.map(({ id }) => id).toSorted();
    expect(await idsFor(managers.as(author.actor))).to.deep.equal([good.id, bad.id].toSorted());
    expect(await idsFor(managers.as(reader.actor))).to.deep.equal([good.id]);
    expect(await idsFor(managers.as(undefined))).to.deep.equal([good.id]);
  });
});
