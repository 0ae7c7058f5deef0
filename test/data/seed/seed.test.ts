import { defineSeed, type KeyedSeed, orderSeeds, runSeeds, type SeedProgress } from 'backplane/data';
import { expect } from 'chai';
import { FaultList } from '../../../kernel/errors.ts';
import { Post, Tag, User } from '../support/blog.ts';
import { type BlogData, errorOf, openBlog } from '../support/blog-data.ts';
import { onEveryDatabase } from '../support/databases.ts';

const nothing = (key: string, ...dependsOn: string[]): KeyedSeed => ({
  key,
  seed: defineSeed({ dependsOn, run() {} }),
});

onEveryDatabase('Seeds', (open) => {
  let blog: BlogData;
  let runs: string[];
  const seeds = (): KeyedSeed[] => [
    {
      key: 'blog/posts',
      checksum: '1',
      seed: defineSeed({
        dependsOn: ['blog/tags'],
        async run({ repository, factory }) {
          runs.push('posts');
          const author = await repository(User).upsert('email', { name: 'Seed', email: 'seed@example.org' });
          await factory(Post).for('author', author).createMany(2);
        },
      }),
    },
    {
      key: 'blog/tags',
      checksum: '1',
      seed: defineSeed({
        async run({ repository }) {
          runs.push('tags');
          await repository(Tag).upsert('name', { name: 'news' });
        },
      }),
    },
  ];
  beforeEach(async () => {
    blog = await openBlog(open);
    runs = [];
  });
  const outcomes = (progress: readonly SeedProgress[]) =>
    progress.map(({ key, outcome }) => `${key} ${outcome}`);

  it('run in the order of what they depend on, and tell how far they are', async () => {
    const told: SeedProgress[] = [];
    await runSeeds(blog.data, seeds(), { onProgress: (progress) => told.push(progress) });
    expect(runs).to.deep.equal(['tags', 'posts']);
    expect(told.map(({ done, total }) => [done, total])).to.deep.equal([
      [1, 2],
      [2, 2],
    ]);
    expect(await blog.data.repository(Post).count()).to.equal(2);
  });

  it('do nothing the second time, unless forced', async () => {
    await runSeeds(blog.data, seeds());
    expect(outcomes(await runSeeds(blog.data, seeds()))).to.deep.equal([
      'blog/tags skipped',
      'blog/posts skipped',
    ]);
    const edited = seeds().map((one) => ({ ...one, checksum: '2' }));
    expect(outcomes(await runSeeds(blog.data, edited))).to.deep.equal([
      'blog/tags changed',
      'blog/posts changed',
    ]);
    expect(runs).to.have.length(2);
    await runSeeds(blog.data, edited, { force: true });
    expect(runs).to.have.length(4);
    expect(outcomes(await runSeeds(blog.data, edited))).to.deep.equal([
      'blog/tags skipped',
      'blog/posts skipped',
    ]);
    expect(await blog.data.repository(Tag).count()).to.equal(1);
  });

  it('leave nothing of one that fails, and keep those before it', async () => {
    const failing: KeyedSeed = {
      key: 'blog/users',
      seed: defineSeed({
        dependsOn: ['blog/tags'],
        async run({ repository }) {
          await repository(User).create({ name: 'A', email: 'half@example.org' });
          throw new Error('The network is down.');
        },
      }),
    };
    const error = await errorOf(runSeeds(blog.data, [...seeds(), failing]));
    expect(error.message).to.equal(
      'The seed "blog/users" failed, and nothing of it was kept: The network is down.',
    );
    expect(await blog.data.repository(User).count({ email: 'half@example.org' })).to.equal(0);
    expect(await blog.data.repository(Tag).count()).to.equal(1);
  });
});

describe('The order of seeds', () => {
  it('tells all faults at once, before any seed runs', async () => {
    const wrong = [
      nothing('a/one', 'a/two'),
      nothing('a/two', 'a/three'),
      nothing('a/three', 'a/one'),
      nothing('a/four', 'a/thre'),
      nothing('Bad key'),
    ];
    const thrown = await errorOf(() => orderSeeds(wrong));
    if (!(thrown instanceof FaultList)) throw new Error('There was no list of faults.');
    expect(thrown.message).to.include('a/one → a/two → a/three → a/one');
    expect(thrown.message).to.include('depends on "a/thre", which nobody defines. Did you mean "a/three"?');
    expect(thrown.message).to.include('The seed "Bad key" cannot be run: its key must be');
    expect(thrown.errors).to.have.length(3);
  });

  it('does not depend on the order in which they are found', () => {
    const seeds = [nothing('b/b'), nothing('a/z', 'b/b'), nothing('a/a', 'a/z')];
    const keys = (given: readonly KeyedSeed[]) => orderSeeds(given).map(({ key }) => key);
    expect(keys(seeds)).to.deep.equal(['b/b', 'a/z', 'a/a']);
    expect(keys(seeds.toReversed())).to.deep.equal(keys(seeds));
  });
});
