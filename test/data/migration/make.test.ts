import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  addColumn,
  addForeignKey,
  belongsTo,
  compileEntities,
  createIndex,
  createSearchIndex,
  createTable,
  defineEntity,
  dropColumn,
  dropForeignKey,
  dropIndex,
  dropSearchIndex,
  dropTable,
  type EntityDefinition,
  type EntityExtension,
  extendEntity,
  type MakeOptions,
  Migrator,
  makeMigrations,
  Reader,
  renameColumn,
  renameTable,
  type Step,
  Type,
  tablesIn,
} from 'backplane/data';
import { expect } from 'chai';
import { printMigration } from '../../../kernel/data/migration/make/print.ts';
import { shareRenames } from '../../../kernel/data/migration/make/renames.ts';
import { type Table, tablesOf } from '../../../kernel/data/table/table.ts';
import { insert, post as seeded, user } from '../plan/seed.ts';
import { blog } from '../support/blog.ts';
import { onEveryDatabase } from '../support/databases.ts';
import { failureOf, tablesOf as namesOf } from './support.ts';

const root = join(import.meta.dirname, '../../..');

/** Entities by the extension that has them. */
type Entities = Record<string, readonly (EntityDefinition | EntityExtension)[]>;

function wantedBy(entities: Entities): readonly Table[] {
  const owned = Object.entries(entities).flatMap(([owner, values]) =>
    values.map((value) => ({ value, owner })),
  );
  return tablesOf(compileEntities(owned));
}

function make(recorded: readonly Table[], wanted: readonly Table[], options: Partial<MakeOptions> = {}) {
  return makeMigrations({ extension: 'blog', recorded, wanted, keys: [], ...options });
}

const post = (fields: Parameters<typeof defineEntity>[1]['fields'], rest = {}) =>
  defineEntity('blog.post', { fields, ...rest });

describe('A migration that is made', () => {
  const folders: string[] = [];
  after(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

  /** An application inside the repository, where migrations find `backplane/data`. */
  async function folderFor(): Promise<string> {
    await mkdir(join(root, 'var/test'), { recursive: true });
    const folder = await mkdtemp(join(root, 'var/test/make-'));
    folders.push(folder);
    return folder;
  }

  async function write(
    folder: string,
    extension: string,
    made: ReturnType<typeof makeMigrations>,
  ): Promise<void> {
    await mkdir(join(folder, extension, 'migrations'), { recursive: true });
    for (const { file, source } of made) await writeFile(join(folder, extension, 'migrations', file), source);
  }

  /** As the formatter of this repository writes it. */
  const formatted = (source: string): string =>
    execFileSync(
      join(root, 'node_modules/.bin/biome'),
      ['format', '--stdin-file-path=a.ts', '--colors=off'],
      { cwd: root, input: source, encoding: 'utf8' },
    );

  it('is formatted as the formatter would', () => {
    const [{ source } = { source: '' }] = make([], tablesOf(blog));
    expect(formatted(source)).to.equal(source);
    expect(source).to.include("{ name: 'title', type: 'string(200)' },");
  });

  it('is formatted as the formatter would whatever its steps are', () => {
    const long = 'a_name_that_is_as_long_as_the_names_of_tables_may_be_everywhere';
    const column = { name: 'rating', type: 'integer' } as const;
    const all: readonly (readonly Step[])[] = [
      [renameColumn('blog_posts', 'rating', 'stars')],
      [renameColumn(long, long, long)],
      [renameTable(long, long)],
      [dropTable('a'), dropTable('b')],
      [dropTable('a'), dropTable(long), dropTable('b')],
      [addColumn('blog_posts', { ...column, nullable: true })],
      [addColumn(long, { ...column, default: 12 })],
      [addColumn(long, { name: long, type: 'string(200)', nullable: true, default: "it's" })],
      [addColumn('a', { name: 'b', type: 'text', default: `"it's" and 'more'` })],
      [addColumn('a', { name: 'b', type: 'text', default: 'a "quoted" \\ word\n' })],
      [addColumn('a', { name: 'b', type: 'json', default: { 'a-b': [1, 2], c: { d: null } } })],
      [addColumn('a', { name: 'b', type: 'json', default: [] }), dropColumn('a', 'c')],
      [addColumn('a', { name: 'b', type: 'json', default: Array.from({ length: 60 }, (_, n) => n * 7) })],
      [
        addColumn('a', {
          name: 'b',
          type: 'json',
          default: [
            { a: 1, b: 2 },
            { a: 3, b: 4 },
          ],
        }),
      ],
      [createIndex('blog_posts', { name: 'blog_posts_slug_unique', columns: ['slug'], unique: true })],
      [
        createIndex(long, {
          name: long,
          columns: ['author_id', 'published_at', 'slug'],
          unless: 'deleted_at',
        }),
      ],
      [createSearchIndex('blog_posts', ['body', 'title'])],
      [createSearchIndex(long, ['body', 'title', 'subtitle', 'keywords', 'description'])],
      [addForeignKey('a', { name: 'a_b', column: 'b_id', table: 'b', onDelete: 'set null' })],
      [dropForeignKey('a', 'a_b'), dropIndex('a', 'c'), dropSearchIndex('a')],
      [createTable({ name: 'a', columns: [column] })],
      [createTable({ name: 'a', columns: [column, column], primaryKey: ['a', 'b'] })],
      [createTable({ name: long, columns: [{ ...column, name: long }], primaryKey: [long] })],
    ];
    const source = all
      .map((steps) => steps.filter((step) => step.kind !== 'run' && step.kind !== 'sql'))
      .flatMap((steps) => [
        printMigration({ steps }),
        printMigration({ steps, database: 'statistics', dependsOn: ['auth/0001_initial', `blog/${long}`] }),
      ])
      // A module has but one default export.
      .map((one) => one.replace('export default ', ''))
      .join('\n');
    expect(formatted(source)).to.equal(source);
  });

  onEveryDatabase('builds the tables of entities', (open) => {
    it('so that nothing is left to make', async () => {
      const database = await open();
      const folder = await folderFor();
      const wanted = tablesOf(blog);
      await write(folder, 'blog', make([], wanted));
      const extensions = [{ extension: 'blog', folder: join(folder, 'blog') }];
      const migrator = new Migrator({ databases: database, extensions });
      await migrator.migrate();
      // SQLite's search indexes are tables.
      const made = (await namesOf(database)).filter((name) => !name.includes('_search'));
      expect(made).to.deep.equal(wanted.map(({ name }) => name).sort());
      const { schemas, keys } = await migrator.recorded();
      expect(keys).to.deep.equal(['blog/0001_initial']);
      await insert(database, 'blog.user', [user(1)]);
      await insert(database, 'blog.post', [seeded(1, { title: 'A fox' })]);
      const statements: string[] = [];
      const stop = database.onStatement(({ sql }) => statements.push(sql));
      const { rows } = await new Reader(database, blog).list('blog.post', { search: 'fox' });
      stop();
      expect(rows).to.have.length(1);
      expect(statements.at(-1)).to.match(/ match |@@ plainto_tsquery|match\(/);
      expect(make(tablesIn(schemas), wanted, { keys })).to.deep.equal([]);
      await migrator.rollback();
      expect(await namesOf(database)).to.deep.equal([]);
    });
  });

  it('adds, alters and drops what changed, marked where data is lost', () => {
    const before = wantedBy({
      blog: [post({ title: Type.String({ maxLength: 100 }), body: Type.String({ maxLength: 900 }) })],
    });
    const after = wantedBy({
      blog: [
        post({
          title: Type.String({ maxLength: 200, unique: true }),
          views: Type.Integer({ default: 0, index: true }),
          note: Type.Optional(Type.String()),
        }),
      ],
    });
    const [made, ...more] = make(before, after, { keys: ['blog/0001_initial'] });
    expect(more).to.deep.equal([]);
    expect(made?.key).to.equal('blog/0002_alter_title_of_blog_posts_and_5_more');
    expect(made?.steps.map(({ title, destroysData }) => [title, destroysData])).to.deep.equal([
      ['alter column "title" of "blog_posts"', false],
      ['add column "views" to "blog_posts"', false],
      ['add column "note" to "blog_posts"', false],
      ['create index "blog_posts_title_unique" on "blog_posts"', false],
      ['create index "blog_posts_views_index" on "blog_posts"', false],
      ['drop column "body" of "blog_posts"', true],
    ]);
  });

  it('makes, rebuilds and drops the index of a search', () => {
    const fields = { title: Type.String({ maxLength: 100 }), body: Type.Optional(Type.String()) };
    const none = wantedBy({ blog: [post(fields)] });
    const title = wantedBy({ blog: [post(fields, { search: ['title'] })] });
    const both = wantedBy({ blog: [post(fields, { search: ['title', 'body'] })] });
    const titles = (before: readonly Table[], after: readonly Table[]) =>
      make(before, after)[0]?.steps.map((step) => [step.title, step.destroysData, step.breaksRunningCode]);
    const create = ['create search index on "blog_posts"', false, false];
    const drop = ['drop search index of "blog_posts"', false, false];
    expect(titles([], title)).to.deep.equal([['create table "blog_posts"', false, false], create]);
    expect(titles(none, title)).to.deep.equal([create]);
    expect(titles(title, both)).to.deep.equal([drop, create]);
    expect(titles(both, none)).to.deep.equal([drop]);
    expect(make(both, both)).to.deep.equal([]);
    expect(make(none, both)[0]?.source).to.include("createSearchIndex('blog_posts', ['body', 'title'])");
    const shorter = wantedBy({ blog: [post({ title: fields.title }, { search: ['title'] })] });
    expect(titles(both, shorter)?.map(([text]) => text)).to.deep.equal([
      'drop column "body" of "blog_posts"',
    ]);
  });

  it('leaves to each extension what it wants searched', () => {
    const base = post({ title: Type.String({ maxLength: 100 }) }, { search: ['title'] });
    const more = extendEntity('blog.post', {
      fields: { keywords: Type.Optional(Type.String()) },
      search: ['keywords', 'title'],
    });
    const alone = wantedBy({ blog: [base] });
    const together = wantedBy({ blog: [base], seo: [more] });
    expect(make(alone, together)).to.deep.equal([]);
    const [made] = make(alone, together, { extension: 'seo', keys: ['blog/0001_initial'] });
    expect(made?.source).to.include("createSearchIndex('blog_posts', ['keywords', 'title'])");
    expect(made?.source).to.include("dependsOn: ['blog/0001_initial'],");
    expect(make(together, alone)).to.deep.equal([]);
  });

  it('takes a rename for what it is only when it is told, and keeps the indexes', () => {
    const before = wantedBy({
      blog: [post({ title: Type.Optional(Type.String({ maxLength: 100, index: true })) })],
    });
    const after = wantedBy({
      blog: [post({ headline: Type.Optional(Type.String({ maxLength: 100, index: true })) })],
    });
    expect(make(before, after)[0]?.steps.map(({ title }) => title)).to.include(
      'drop column "title" of "blog_posts"',
    );
    const renamed = make(before, after, { renames: { 'blog_posts.title': 'headline' } });
    expect(renamed[0]?.source).to.include("renameColumn('blog_posts', 'title', 'headline')");
    expect(renamed[0]?.steps).to.have.length(1);
  });

  it('asks when a rename that it was told of fits nothing', () => {
    const wanted = wantedBy({ blog: [post({ title: Type.String() })] });
    const error = () => make(wanted, wanted, { renames: { 'blog_posts.titel': 'title' } });
    expect(error).to.throw(
      /"blog_posts\.titel" was said to be "title" now.*Did you mean "blog_posts\.title"\?/,
    );
  });

  it('hints at the new name when that is the one which fits nothing', () => {
    const before = wantedBy({ blog: [post({ title: Type.String() })] });
    const after = wantedBy({ blog: [post({ headline: Type.String() })] });
    expect(() => make(before, after, { renames: { 'blog_posts.title': 'headlnie' } })).to.throw(
      /no entity wants a column of "blog_posts" of that name\. Did you mean "headline"\?/,
    );
    expect(() => make(before, after, { renames: { blog_posts: 'blog_pots' } })).to.throw(
      /no entity wants a table of that name\. Did you mean "blog_posts"\?/,
    );
  });

  it('is told of renames by who owns the table or the column, and blames nobody else', () => {
    const recorded = wantedBy({
      auth: [defineEntity('auth.user', { fields: { name: Type.String() } })],
      blog: [post({ title: Type.String() }), extendEntity('auth.user', { fields: { bio: Type.String() } })],
    });
    const renames = { 'blog_posts.title': 'headline', 'auth_users.bio': 'life', 'auth_users.name': 'n' };
    expect([...shareRenames(renames, recorded, ['auth', 'blog'])]).to.deep.equal([
      ['blog', { 'blog_posts.title': 'headline', 'auth_users.bio': 'life' }],
      ['auth', { 'auth_users.name': 'n' }],
    ]);
    expect(() => shareRenames({ 'blog_post.title': 'a', x: 'y' }, recorded, ['auth', 'blog'])).to.throw(
      /"auth", "blog" have no such column\. Did you mean "blog_posts\.title"\?(.|\n)*have no such table/,
    );
    expect(() => shareRenames({ 'blog_posts.title': 'a' }, recorded, ['auth'])).to.throw(
      /it belongs to "blog"/,
    );
  });

  it('renames a table and its columns together', () => {
    const before = wantedBy({ blog: [post({ title: Type.String() })] });
    const after = wantedBy({ blog: [defineEntity('blog.article', { fields: { headline: Type.String() } })] });
    const made = make(before, after, {
      renames: { blog_posts: 'blog_articles', 'blog_posts.title': 'headline' },
    });
    expect(made[0]?.steps.map(({ title }) => title)).to.deep.equal([
      'rename column "title" of "blog_posts" to "headline"',
      'rename table "blog_posts" to "blog_articles"',
    ]);
  });

  it('is refused for a new column that must have a value and has none, with the ways out', async () => {
    const before = wantedBy({ blog: [post({ title: Type.String() })] });
    const after = wantedBy({ blog: [post({ title: Type.String(), views: Type.Integer() })] });
    const error = await failureOf(() => make(before, after));
    expect(error.code).to.equal('MIGRATION_UNDECIDED');
    expect(error.message).to.match(
      /"views" of "blog_posts" is new and required.*default; or make it optional; or/,
    );
  });

  it('holds only what the extension itself adds, after the migration it builds on', () => {
    const entities: Entities = {
      auth: [defineEntity('auth.user', { fields: { name: Type.String() } })],
      blog: [
        extendEntity('auth.user', {
          fields: { biography: Type.Optional(Type.String()) },
          relations: { favourite: belongsTo('blog.post', { optional: true }) },
        }),
        post({ title: Type.String() }, { relations: { author: belongsTo('auth.user') } }),
      ],
    };
    const { auth = [] } = entities;
    const keys = ['auth/0001_initial', 'auth/0002_more'];
    const [made, ...more] = make(wantedBy({ auth }), wantedBy(entities), { keys });
    expect(more).to.deep.equal([]);
    expect(made?.source).to.include("dependsOn: ['auth/0002_more'],");
    expect(made?.steps.map(({ title }) => title)).to.deep.equal([
      'create table "blog_posts"',
      'add column "biography" to "auth_users"',
      'add column "favourite_id" to "auth_users"',
      'create index "auth_users_favourite_id_index" on "auth_users"',
      'add foreign key "auth_users_favourite_id_foreign" to "auth_users"',
    ]);
    const own = make([], wantedBy(entities), { extension: 'auth' });
    expect(own[0]?.source).not.to.include('favourite');
  });

  it('adds keys of tables that refer to each other once both are there', () => {
    const wanted = wantedBy({
      blog: [
        post({}, { relations: { cover: belongsTo('blog.image', { optional: true }) } }),
        defineEntity('blog.image', { fields: {}, relations: { post: belongsTo('blog.post') } }),
      ],
    });
    const titles = make([], wanted)[0]?.steps.map(({ title }) => title);
    expect(titles).to.have.length(3);
    expect(titles?.[2]).to.match(/^add foreign key/);
  });

  it('comes in two when keys lead to another extension and back', () => {
    const wanted = wantedBy({
      blog: [post({}, { relations: { cover: belongsTo('media.image', { optional: true }) } })],
      media: [defineEntity('media.image', { fields: {}, relations: { post: belongsTo('blog.post') } })],
    });
    const made = make([], wanted);
    expect(made.map(({ file }) => file)).to.deep.equal([
      '0001_initial.ts',
      '0002_create_blog_posts_cover_id_foreign.ts',
    ]);
  });

  it('drops tables that nobody wants any more, unless another refers to them', async () => {
    const auth = [defineEntity('auth.user', { fields: {} })];
    const blog = [post({}, { relations: { author: belongsTo('auth.user') } })];
    const recorded = wantedBy({ auth, blog });
    expect(make(recorded, wantedBy({ auth }))[0]?.steps.map(({ title }) => title)).to.deep.equal([
      'drop table "blog_posts"',
    ]);
    const error = await failureOf(() => make(recorded, [], { extension: 'auth' }));
    expect(error.message).to.match(/"auth_users" goes, and "blog_posts" of "blog" refers to it/);
  });

  it('is one for each database', () => {
    const made = make(
      [],
      wantedBy({ blog: [post({}), defineEntity('blog.view', { fields: {}, database: 'statistics' })] }),
    );
    expect(made.map(({ file }) => file)).to.deep.equal(['0001_initial.ts', '0002_create_blog_views.ts']);
    expect(made[1]?.source).to.include("database: 'statistics',");
  });
});
