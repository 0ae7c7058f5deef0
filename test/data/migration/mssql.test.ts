import { Database, type SchemaStep } from 'backplane/data';
import { expect } from 'chai';
import { jobSteps } from '../../../kernel/data/migration/run/steps-of.ts';
import { SchemaDraft } from '../../../kernel/data/migration/schema/replay.ts';
import { textsOf } from '../../../kernel/data/migration/sql/statement.ts';

describe('Migrations for SQL Server', () => {
  const origin = { key: 'blog/0001_initial', extension: 'blog', database: 'default' };
  const id = { name: 'id', type: 'uuid' } as const;
  const table = {
    name: 'posts',
    columns: [
      id,
      { name: 'title', type: 'string(50)', nullable: true },
      { name: 'gone_at', type: 'timestamp', nullable: true },
    ],
    indexes: [{ name: 'posts_title', columns: ['title'], unique: true, unless: 'gone_at' }],
  } as const;
  const cases: readonly (readonly [SchemaStep, RegExp])[] = [
    [{ kind: 'renameTable', table: 'posts', to: 'articles' }, /^exec sp_rename 'posts', 'articles'$/],
    [
      { kind: 'renameColumn', table: 'posts', column: 'title', to: 'name' },
      /sp_rename 'posts\.title', 'name', 'COLUMN'/,
    ],
    [
      { kind: 'dropColumn', table: 'posts', column: 'title' },
      /drop index \[posts_title\] on \[posts\].*sys\.default_constraints.*drop column \[title\]/s,
    ],
    [
      { kind: 'alterColumn', table: 'posts', column: { name: 'title', type: 'text', default: 'none' } },
      /update \[posts\] set \[title\] = 'none'.*alter column \[title\] nvarchar\(max\).*not null.*add default 'none' for \[title\]/s,
    ],
    [
      { kind: 'dropIndex', table: 'posts', index: 'posts_title' },
      /^drop index \[posts_title\] on \[posts\]$/,
    ],
  ];
  for (const [step, expected] of cases) {
    it(`have the text of ${step.kind}`, async () => {
      await using database = new Database({ url: 'mssql://sa:secret@127.0.0.1/app' });
      const draft = new SchemaDraft();
      const steps = jobSteps([{ kind: 'createTable', table }, step], draft, origin, database);
      const [created, changed] = steps.map(({ rendered }) => textsOf(rendered).join('\n'));
      expect(created).to.match(/CREATE TABLE \[posts\]/i);
      expect(created).to.match(
        /create unique index \[posts_title\] on \[posts\] \(\[title\]\) where \[gone_at\] is null/,
      );
      expect(changed).to.match(expected);
    });
  }
});
