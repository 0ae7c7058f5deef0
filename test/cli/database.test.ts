import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { Application, type Result } from './application.ts';

const entity = (fields: string): string => `import { defineEntity, Type } from 'backplane';
export const Post = defineEntity('blog.post', { fields: { ${fields} } });
`;
const blog = {
  'extensions/blog/manifest.json': '{ "name": "blog", "version": "1.0.0" }',
  'extensions/blog/entities/post.ts': entity('title: Type.String({ unique: true })'),
};

async function done(result: Promise<Result>): Promise<Result> {
  const { code, stdout, stderr } = await result;
  expect(code, stdout + stderr).to.equal(0);
  return { code, stdout, stderr };
}

/** An application whose entities have been made into tables. */
async function migrated(): Promise<Application> {
  const application = await Application.create(blog);
  await done(application.run(['db', 'make']));
  await done(application.run(['db', 'migrate']));
  return application;
}

/** Of extensions. Those of the kernel itself are everywhere. */
const statesOf = async (application: Application): Promise<readonly string[]> => {
  const { stdout } = await application.run(['db', 'status', '--json']);
  const { migrations }: { migrations: { key: string; state: string; extension: string }[] } =
    JSON.parse(stdout);
  const others = migrations.filter(({ extension }) => extension !== 'kernel');
  return others.map(({ key, state }) => `${key}: ${state}`);
};

describe('The commands of databases', () => {
  it('go from an entity to its table, step by step', async () => {
    await using application = await Application.create(blog);
    const status = await done(application.run(['db', 'status']));
    expect(status.stdout)
      .to.match(/^kernel\/0001_providers +pending/m)
      .and.not.include('blog/');
    const made = await done(application.run(['db', 'make']));
    expect(made.stdout)
      .to.include('extensions/blog/migrations/0001_initial.ts')
      .and.include('create table "blog_posts"');
    const dry = await done(application.run(['db', 'migrate', '--dry-run']));
    expect(dry.stdout).to.include('create table `blog_posts`');
    expect(await statesOf(application)).to.deep.equal(['blog/0001_initial: pending']);
    const ran = await done(application.run(['db', 'migrate']));
    expect(ran.stdout).to.include('applied blog/0001_initial');
    expect(ran.stderr).to.include('blog/0001_initial 1/1: create table "blog_posts"');
    expect(await statesOf(application)).to.deep.equal(['blog/0001_initial: applied']);
    expect((await done(application.run(['db', 'migrate']))).stdout).to.include('Nothing is pending.');
    expect((await done(application.run(['db', 'make']))).stdout).to.include('there is nothing to make');
  });

  it('write a change as a further migration, undo it and run it again', async () => {
    await using application = await migrated();
    await application.write({
      'extensions/blog/entities/post.ts': entity(
        'title: Type.String({ unique: true }), body: Type.Optional(Type.String())',
      ),
    });
    await done(application.run(['db', 'make', '--name', 'add the body']));
    expect(await readdir(join(application.root, 'extensions/blog/migrations'))).to.deep.equal([
      '0001_initial.ts',
      '0002_add_the_body.ts',
    ]);
    await done(application.run(['db', 'migrate', '--extension', 'blog']));
    const back = await done(application.run(['db', 'rollback']));
    expect(back.stdout).to.include('rolled back blog/0002_add_the_body');
    expect(await statesOf(application)).to.deep.equal([
      'blog/0001_initial: applied',
      'blog/0002_add_the_body: pending',
    ]);
  });

  it('ask before they destroy, and take a rename when told of it', async () => {
    await using application = await migrated();
    await application.write({
      'extensions/blog/entities/post.ts': entity('headline: Type.String({ unique: true })'),
    });
    const undecided = await application.run(['db', 'make', '--dry-run']);
    expect(undecided.code).to.equal(1);
    await done(application.run(['db', 'make', '--rename', 'blog_posts.title=headline']));
    const [, file = ''] = await readdir(join(application.root, 'extensions/blog/migrations'));
    const source = await readFile(join(application.root, 'extensions/blog/migrations', file), 'utf8');
    expect(source).to.include(`renameColumn('blog_posts', 'title', 'headline')`);
    await done(application.run(['db', 'migrate']));

    await application.write({ 'extensions/blog/entities/post.ts': entity('') });
    await done(application.run(['db', 'make']));
    const refused = await application.run(['db', 'migrate']);
    expect([refused.code, refused.stderr]).to.satisfy(([code, text]: [number, string]) => {
      return code === 1 && text.includes('--allow-destructive');
    });
    await done(application.run(['db', 'migrate', '--allow-destructive']));
  });

  it('give a rename to the extension that owns the table, and a file the words that it is called by', async () => {
    await using application = await Application.create({
      ...blog,
      'extensions/alpha/manifest.json': '{ "name": "alpha", "version": "1.0.0" }',
      'extensions/alpha/entities/thing.ts': entity('').replace('blog.post', 'alpha.thing'),
    });
    await done(application.run(['db', 'make']));
    await application.write({ 'extensions/blog/entities/post.ts': entity('headline: Type.String()') });
    const rename = ['db', 'make', '--rename', 'blog_posts.title=headline', '--name', ' Drop Note! '];
    expect((await done(application.run(rename))).stdout).to.include('migrations/0002_drop_note.ts');
    const unknown = await application.run(['db', 'make', '--rename', 'blog_post.headline=title']);
    expect(unknown.stderr).to.include(
      '"alpha", "blog" have no such column. Did you mean "blog_posts.headline"?',
    );
    const nameless = await application.run(['db', 'make', '--name', '!']);
    expect(nameless.stderr).to.include('"!" holds neither letters nor digits');
  });

  it('run seeds once, and begin afresh', async () => {
    await using application = await migrated();
    await application.write({
      'extensions/blog/seeds/posts.ts': `import { defineSeed } from 'backplane/data';
import { Post } from '../entities/post.ts';
export default defineSeed({ run: ({ repository }) => repository(Post).upsert('title', { title: 'Hello' }) });
`,
    });
    expect((await done(application.run(['db', 'seed']))).stdout).to.include('1 of 1 seeds ran.');
    expect((await done(application.run(['db', 'seed']))).stdout).to.include('0 of 1 seeds ran.');
    const fresh = await done(application.run(['db', 'fresh', '--seed', '--yes']));
    expect(fresh.stderr).to.include('dropped "blog_posts" with 1 rows');
    expect(fresh.stdout).to.include('2 migrations applied, 1 seeds ran.');
  });

  it('begin afresh only when somebody says yes', async () => {
    await using application = await migrated();
    const nobody = await application.run(['db', 'fresh']);
    expect(nobody.code).to.equal(1);
    expect(nobody.stderr)
      .to.include('4 tables with all rows in the database "default"')
      .and.include('var/backplane.sqlite')
      .and.include('Add --yes');
    for (const answer of ['\n', 'no\n', '']) {
      const { code, stderr } = await application.answer(['db', 'fresh'], answer);
      expect([code, stderr]).to.satisfy(([, text]: [number, string]) =>
        text.includes('Nothing was changed.'),
      );
      expect(code).to.equal(1);
    }
    expect((await application.run(['db', 'fresh'])).code, 'it was dropped').to.equal(1);
    const agreed = await done(application.answer(['db', 'fresh'], 'y\n'));
    expect(agreed.stderr).to.include('[y/N]').and.include('dropped "blog_posts" with 0 rows');
    // Where there is nothing to lose, nobody is asked.
    await using empty = await Application.create(blog);
    await done(empty.run(['db', 'make']));
    await done(empty.run(['db', 'fresh']));
  });

  it('remove the tables of an extension that is gone, when told twice', async () => {
    await using application = await migrated();
    await application.remove('extensions/blog');
    expect(await statesOf(application)).to.deep.equal(['blog/0001_initial: missing']);
    const asked = await done(application.run(['db', 'purge', 'blog']));
    expect(asked.stdout).to.include('would drop table "blog_posts" with 0 rows');
    expect(await statesOf(application)).to.have.length(1);
    await done(application.run(['db', 'purge', 'blog', '--yes']));
    expect(await statesOf(application)).to.deep.equal([]);
  });

  it('roll back nothing for an extension or a batch that there is not', async () => {
    await using application = await migrated();
    const extension = await application.run(['db', 'rollback', '--extension', 'blgo']);
    expect([extension.code, extension.stderr]).to.deep.equal([
      2,
      'There is no extension "blgo". Did you mean "blog"?\n',
    ]);
    const batch = await application.run(['db', 'rollback', '--batch', '99']);
    expect([batch.code, batch.stderr]).to.deep.equal([
      2,
      'There is no batch 99. Batches that are applied: 1.\n',
    ]);
    expect(await statesOf(application)).to.deep.equal(['blog/0001_initial: applied']);
  });

  it('make no file of a database when they only look', async () => {
    await using application = await Application.create(blog, { DATABASE_URL: 'sqlite:other/place.sqlite' });
    await done(application.run(['db', 'make']));
    const looked = await done(application.run(['db', 'status']));
    expect(looked.stdout).to.include('pending');
    expect(looked.stderr).to.include(
      `"default" is not there yet: ${join(application.root, 'other/place.sqlite')}`,
    );
    await done(application.run(['db', 'migrate', '--dry-run']));
    await done(application.run(['db', 'purge', 'blog']));
    expect(await readdir(application.root)).not.to.include('other');
    await done(application.run(['db', 'migrate']));
    expect(await readdir(join(application.root, 'other'))).to.include('place.sqlite');
  });

  for (const url of ['postgres://postgres@127.0.0.1:1/nothing', 'mysql://root@localhost:1/nothing']) {
    it(`name a database that is not reachable: ${url.split(':')[0]}`, async () => {
      await using application = await Application.create(blog);
      for (const command of ['status', 'migrate']) {
        const { code, stderr } = await application.run(['db', command], { DATABASE_URL: url });
        expect([code, stderr]).to.satisfy(
          ([exit, text]: [number, string]) =>
            exit === 1 &&
            /The database "default" \(.*:1\/nothing\) cannot be reached: .*ECONNREFUSED/.test(text),
          stderr,
        );
      }
    });
  }

  it('take nothing away in production, and know no extension that is not there', async () => {
    await using application = await migrated();
    for (const command of [['fresh'], ['rollback'], ['purge', 'blog', '--yes']]) {
      const { code, stderr } = await application.run(['db', ...command], { NODE_ENV: 'production' });
      expect([code, stderr.includes('--force')]).to.deep.equal([1, true]);
    }
    const unknown = await application.run(['db', 'migrate', '--extension', 'blgo']);
    expect([unknown.code, unknown.stderr.includes('Did you mean "blog"?')]).to.deep.equal([1, true]);
  });
});
