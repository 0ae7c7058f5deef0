import { chmod, readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Finding } from '../../kernel/cli/doctor/check.ts';
import { checkNode } from '../../kernel/cli/doctor/node.ts';
import { findManagers } from '../../kernel/cli/doctor/package-managers.ts';
import { commandLine } from '../../kernel/cli/doctor/plan.ts';
import { Application, extension, type Files } from './application.ts';

interface Report {
  readonly ok: boolean;
  readonly findings: readonly Finding[];
  readonly plan: readonly string[];
}

/** An application whose PATH holds nothing but these programs, written for `sh`; each notes how it was called. */
async function withPrograms(programs: Files, files: Files = {}): Promise<Application> {
  const application = await Application.create(files);
  const bin = join(application.root, 'bin');
  for (const [name, script] of Object.entries(programs)) {
    const calls = join(application.root, 'calls');
    await application.write({ [`bin/${name}`]: `#!/bin/sh\necho "${name} $*" >> '${calls}'\n${script}\n` });
    await chmod(join(bin, name), 0o755);
  }
  return application;
}

async function examine(
  application: Application,
  ...options: readonly string[]
): Promise<Report & { code: number; stderr: string }> {
  const env = { PATH: join(application.root, 'bin') };
  const { code, stdout, stderr } = await application.run(['doctor', '--json', ...options], env);
  const report: Report = JSON.parse(stdout);
  return { ...report, code, stderr };
}

function about({ findings }: Report, subject: string): readonly string[] {
  return findings
    .filter((one) => one.subject === subject)
    .map(({ status, message }) => `${status}: ${message}`);
}

const systemPackages = {
  apt: ['ffmpeg', 'imagemagick'],
  brew: ['ffmpeg'],
  winget: ['Gyan.FFmpeg'],
  choco: ['ffmpeg'],
  snap: ['ffmpeg'],
};
const media = extension('media', {}, { systemPackages });
const sudo = process.getuid?.() === 0 ? '' : 'sudo ';

/** dpkg-query that finds what is named in the file `installed`. */
const dpkgQuery = (root = '.'): string =>
  `for last; do :; done; if grep -qx "$last" '${root}/installed' 2>/dev/null; then printf installed; else echo "no packages found" >&2; exit 1; fi`;
const usualTools = 'PATH=/usr/bin:/bin';

describe('doctor', () => {
  it('asks each database that the environment names for an answer', async () => {
    await using application = await Application.create(
      {},
      {
        DATABASE_URL: 'sqlite:var/app.sqlite',
        LOST_DATABASE_URL: 'postgres://nobody:secret@127.0.0.1:1/lost',
      },
    );
    const { stdout } = await application.run(['doctor', '--json']);
    const report: Report = JSON.parse(stdout);
    expect(about(report, 'database')).to.have.length(1);
    const [lost = ''] = about(report, 'database "lost"');
    expect(lost).to.include('127.0.0.1:1/lost').and.not.include('secret');
  });

  it('names entities without their migrations, and migrations that did not run', async () => {
    const migration = `import { createTable, defineMigration } from 'backplane/data';
export default defineMigration({ steps: [createTable({ name: 'blog_posts', columns: [{ name: 'id', type: 'uuid' }] })] });
`;
    await using application = await Application.create(
      extension('blog', {
        'entities/post.ts': `import { defineEntity, Type } from 'backplane';
export const Post = defineEntity('blog.post', { fields: { title: Type.Optional(Type.String()) } });
`,
        'migrations/0001_initial.ts': migration,
      }),
    );
    expect(about(await examine(application), 'migrations')).to.deep.equal([
      'warning: the entities of "blog" differ from its migrations: add column "title" to "blog_posts". Run "backplane db make".',
      'warning: not applied: blog/0001_initial. Run "backplane db migrate".',
    ]);
    expect(await readdir(join(application.root, 'var'))).to.not.include('backplane.sqlite');
    await application.run(['db', 'make']);
    await application.run(['db', 'migrate']);
    expect(about(await examine(application), 'migrations')).to.deep.equal(['ok: none of 2 is pending']);
  });

  it('finds nothing wrong with a good application, and exits with 0', async () => {
    await using application = await withPrograms({}, extension('blog'));
    const report = await examine(application);
    expect(report.findings.filter(({ status }) => status !== 'ok')).to.deep.equal([]);
    expect(report).to.deep.include({ code: 0, ok: true, plan: [] });
    const { stdout } = await application.run(['doctor']);
    expect(stdout).to.match(/^ok +Node +v\d+/);
  });

  it('holds Node against what the package is made for', () => {
    expect(checkNode('v24.0.0').status).to.equal('ok');
    expect(checkNode('v22.11.0')).to.deep.include({ status: 'failed' });
    expect(checkNode('v22.11.0').message).to.include('>=24 is needed');
  });

  it('names settings that are missing and settings that are wrong', async () => {
    const config = `import { defineSettings, Type } from 'backplane';
      export default defineSettings(Type.Object({ apiKey: Type.String(), size: Type.Integer({ default: 1 }) }));`;
    const sharing = `import { defineSettings, Type } from 'backplane';
      export default defineSettings(Type.Object({ secret: Type.String({ variable: 'JWT_SECRET' }) }));`;
    await using application = await withPrograms(
      {},
      {
        ...extension('payment', { 'config.ts': config }),
        ...extension('mail', { 'config.ts': config }),
        ...extension('tokens', { 'config.ts': sharing }),
        '.env': 'MAIL_API_KEY=x\nMAIL_SIZE=large\n',
      },
    );
    const report = await examine(application);
    expect(report.code).to.equal(1);
    expect(about(report, 'payment')).to.deep.equal([
      'warning: does not run before PAYMENT_API_KEY is set (environment, .env or config/payment.ts)',
    ]);
    expect(about(report, 'mail')[0]).to.match(/^failed: MAIL_SIZE/);
    expect(about(report, 'tokens'), 'made in development').to.deep.equal(['ok: its settings are complete']);
  });

  it('names what cannot be loaded, and manifests with faults', async () => {
    await using application = await withPrograms(
      {},
      {
        ...extension('broken', { 'index.ts': 'export default 1 +;\n' }),
        ...extension('odd', {}, { dependecies: {} }),
      },
    );
    const report = await examine(application);
    expect(about(report, 'broken')[0]).to.include('failed: cannot be loaded').and.include('index.ts:1');
    expect(about(report, 'odd')[0]).to.include('Did you mean "dependencies"?');
  });

  it('names folders of EXTENSION_PATHS that are not there', async () => {
    await using application = await Application.create();
    const { stdout } = await application.run(['doctor'], { EXTENSION_PATHS: 'nowhere' });
    expect(stdout).to.match(/warning +extensions +EXTENSION_PATHS names .*nowhere, which does not exist/);
  });

  it('names kernel settings that are wrong', async () => {
    await using application = await Application.create({}, { PORT: 'many' });
    const { code, stdout } = await application.run(['doctor']);
    expect(code).to.equal(1);
    expect(stdout).to.match(/failed +settings +.*\n.*PORT/);
  });

  it('says that the port is in use, and by whom if that is a kernel', async () => {
    const other = createServer((_req, res) => res.end('{"status":"live"}'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const port = typeof address === 'object' && address ? String(address.port) : '';
    try {
      await using application = await Application.create();
      const kernel = await application.run(['doctor'], { PORT: port });
      expect(kernel.stdout).to.include(`a kernel answers at http://127.0.0.1:${port}`);
      other.removeAllListeners('request').on('request', (_req, res) => res.end('hello'));
      const stranger = await application.run(['doctor'], { PORT: port });
      expect(stranger.code).to.equal(1);
      expect(stranger.stdout).to.include(`Port ${port} of 127.0.0.1 is in use`);
    } finally {
      other.close();
    }
  });

  it('says that var/ cannot be written', async () => {
    await using application = await Application.create({ var: 'a file where the folder should be' });
    const { code, stdout } = await application.run(['doctor']);
    expect(code).to.equal(1);
    expect(stdout).to.match(/failed +var\/ +cannot be written/);
  });
});

describe('doctor on npm packages', () => {
  const installed = {
    'node_modules/left/package.json': '{"name":"left","version":"1.2.0"}',
  };

  it('names what is missing or out of range, and plans its installation', async () => {
    await using application = await withPrograms(
      {},
      {
        ...installed,
        ...extension('a', {}, { packages: { left: '^1.0.0', 'not-there': '^3.0.0' } }),
        ...extension('b', {}, { packages: { left: '>=1.3.0' } }),
      },
    );
    const report = await examine(application);
    expect(report.code).to.equal(1);
    expect(about(report, 'a')).to.include('ok: left 1.2.0 is installed (^1.0.0)');
    expect(about(report, 'a')).to.include(
      'failed: needs the package not-there in ^3.0.0, but it is not installed',
    );
    expect(about(report, 'b')).to.include(
      'failed: needs the package left in >=1.3.0, but 1.2.0 is installed',
    );
    expect(report.plan).to.deep.equal(["npm install 'left@^1.0.0 >=1.3.0' 'not-there@^3.0.0'"]);
  });

  it('names both extensions whose ranges no version satisfies, and plans nothing for them', async () => {
    await using application = await withPrograms(
      {},
      {
        ...installed,
        ...extension('a', {}, { packages: { left: '^1.0.0' } }),
        ...extension('b', {}, { packages: { left: '^2.0.0' } }),
      },
    );
    const report = await examine(application);
    expect(about(report, 'b')).to.include(
      'failed: "b" needs the package left in ^2.0.0 and "a" in ^1.0.0: no version is both. ' +
        'Change one of the manifests, or install left into the folder of one extension',
    );
    expect(report.plan).to.deep.equal([]);
  });

  it('accepts different versions in the folders of the extensions', async () => {
    await using application = await withPrograms(
      {},
      {
        ...installed,
        ...extension('a', {}, { packages: { left: '^1.0.0' } }),
        ...extension(
          'b',
          { 'node_modules/left/package.json': '{"version":"2.1.0"}' },
          { packages: { left: '^2.0.0' } },
        ),
      },
    );
    const report = await examine(application);
    expect(report.code).to.equal(0);
    expect(about(report, 'b')).to.include('ok: left 2.1.0 is installed (^2.0.0)');
  });
});

describe('doctor on system packages', () => {
  it('asks dpkg-query and plans with apt-get', async () => {
    const programs = { 'dpkg-query': `${usualTools}\n${dpkgQuery()}`, 'apt-get': 'exit 0' };
    await using application = await withPrograms(programs, { ...media, installed: 'ffmpeg\n' });
    const report = await examine(application);
    expect(report.code).to.equal(1);
    expect(about(report, 'media')).to.deep.equal([
      'ok: ffmpeg is installed (apt)',
      'failed: needs imagemagick, which is not installed (apt)',
    ]);
    expect(report.plan).to.deep.equal([`${sudo}apt-get install --yes imagemagick`]);
  });

  it('runs the plan with --install, printing each command, and looks again', async () => {
    const programs = {
      'dpkg-query': `${usualTools}\n${dpkgQuery()}`,
      'apt-get': 'shift 2; for name; do echo "$name" >> installed; done; echo unpacking',
      sudo: '"$@"',
    };
    await using application = await withPrograms(programs, { ...media, installed: '' });
    const report = await examine(application, '--install');
    expect(report.stderr)
      .to.include(`$ ${sudo}apt-get install --yes ffmpeg imagemagick`)
      .and.include('unpacking');
    expect(report).to.deep.include({ code: 0, ok: true, plan: [] });
    expect(await readFile(join(application.root, 'calls'), 'utf8')).to.include(
      'apt-get install --yes ffmpeg imagemagick',
    );
  });

  it('fails when a command of the plan does', async () => {
    const programs = { 'dpkg-query': 'exit 1', 'apt-get': 'echo "no network" >&2; exit 100', sudo: '"$@"' };
    await using application = await withPrograms(programs, media);
    const report = await examine(application, '--install');
    expect(report.code).to.equal(1);
    expect(report.stderr).to.include('no network').and.include('exit code 100');
  });

  for (const [manager, script, line] of [
    ['brew', '[ "$*" != "list --versions ffmpeg" ]', 'brew install ffmpeg'],
    [
      'winget',
      '[ "$*" != "list --exact --id Gyan.FFmpeg" ]',
      'winget install --exact --id Gyan.FFmpeg --accept-package-agreements --accept-source-agreements',
    ],
    ['choco', 'echo "ffmpeg-full|1.0"', 'choco install --yes ffmpeg'],
    ['snap', 'exit 1', `${sudo}snap install ffmpeg`],
  ] as const) {
    it(`plans with ${manager} where that is what there is`, async () => {
      await using application = await withPrograms({ [manager]: script }, media);
      expect((await examine(application)).plan).to.deep.equal([line]);
    });
  }

  it('takes another manager for what the first has no package of', async () => {
    const programs = { 'dpkg-query': 'printf installed', 'apt-get': 'exit 0', snap: 'exit 1' };
    const files = extension('chat', {}, { systemPackages: { snap: ['chat'] } });
    await using application = await withPrograms(programs, files);
    expect((await examine(application)).plan).to.deep.equal([`${sudo}snap install chat`]);
  });

  it('says what to install by hand where no manager is known', async () => {
    await using application = await withPrograms(
      {},
      extension('chat', {}, { systemPackages: { snap: ['chat'] } }),
    );
    const report = await examine(application);
    expect(about(report, 'chat')).to.deep.equal([
      'warning: needs chat (snap), but none of these managers is on this machine. Install what it needs by hand',
    ]);
  });

  it('installs through sudo where the user is not root', async () => {
    await using application = await withPrograms({ 'dpkg-query': 'exit 1', 'apt-get': 'exit 0' });
    const env = { PATH: join(application.root, 'bin') };
    const lines = (isRoot: boolean): readonly string[] =>
      findManagers(env, application.root, isRoot).flatMap((manager) =>
        manager.install(['ffmpeg']).map((words) => commandLine({ words })),
      );
    expect(lines(false)).to.deep.equal(['sudo apt-get install --yes ffmpeg']);
    expect(lines(true)).to.deep.equal(['apt-get install --yes ffmpeg']);
  });
});
