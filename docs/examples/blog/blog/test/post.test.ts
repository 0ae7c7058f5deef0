import { memberOf } from 'ext:teams';
import { describeResource, testKernel } from 'backplane/testing';
import { expect } from 'chai';
import { Post } from '../entities/post.ts';

const setup = { from: import.meta.url, extensions: ['..', 'rest'] };

describeResource(Post, {
  ...setup,
  as: async (kernel) => ({ ...(await memberOf(kernel)).actor, roles: ['admin'] }),
});

describe('posts', () => {
  it('are for their team until they are published, and for everybody then', async () => {
    await using kernel = await testKernel(setup);
    const managers = kernel.service('managers');
    const writer = await memberOf(kernel, { role: 'owner' });
    const stranger = await memberOf(kernel, { role: 'owner' });

    const { id, slug } = await managers.as(writer.actor).of(Post).create({ title: 'Hello, world' });
    expect(slug).to.match(/^hello-world-[0-9a-f]{8}$/);
    const hidden = await managers
      .as(stranger.actor)
      .of(Post)
      .get(id)
      .catch(({ code }) => code);
    expect(hidden).to.equal('ROW_NOT_FOUND');

    await managers.as(writer.actor).of(Post).call('publish', { id });
    expect(await managers.as(stranger.actor).of(Post).get(id)).to.include({ title: 'Hello, world' });
    expect(await managers.as(undefined).of(Post).get(id)).to.include({ status: 'published' });
  });

  it('are written by whoever signs them, in the only team that they could be meant for', async () => {
    await using kernel = await testKernel(setup);
    const { actor, teamId } = await memberOf(kernel, { role: 'member' });
    const post = await kernel.service('managers').as(actor).of(Post).create({ title: 'Mine' });
    expect(post).to.include({ authorId: actor.id, teamId });
  });

  it('are not shouted', async () => {
    await using kernel = await testKernel(setup);
    const { actor } = await memberOf(kernel);
    const error = await kernel
      .service('managers')
      .as(actor)
      .of(Post)
      .create({ title: 'BUY NOW' })
      .catch((thrown) => thrown);
    expect(error.message).to.include('/title must not be written in capitals alone');
  });
});
