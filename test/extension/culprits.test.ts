import { expect } from 'chai';
import { boot, small, until, versionRoute } from '../support/application.ts';

const registries = (code: string): string =>
  `import { defineExtension, defineRegistry } from 'backplane';
const make = (name, members) => defineRegistry({ name, expected: 'anything', accepts: () => true, compile: () => 1, ...members });
export default defineExtension({ registries: [${code}] });
`;
const good = small('good', '1');
const routes = (code: string) => ({
  ...small('bad', '1'),
  'extensions/bad/routes/version.ts': `import { route } from 'backplane';\nexport default ${code};\n`,
});
const declaring = (code: string) => ({ ...small('bad', '1'), 'extensions/bad/index.ts': registries(code) });

describe('what one extension does wrong', () => {
  for (const [what, files] of [
    ['a path without a slash', routes(`route.get('x', {}, () => 1)`)],
    [
      'paths that are no patterns',
      routes(`[route.get('/:a(', {}, () => 1), route.get('/:a((a+)+b)', {}, () => 1)]`),
    ],
    [
      'registries that build on each other in a circle',
      declaring(`make('a', { dependsOn: ['b'] }), make('b', { dependsOn: ['a'] })`),
    ],
    [
      'a view that nobody declares',
      declaring(`make('a', { compile: (_all, views) => views.get({ name: 'nope' }) })`),
    ],
    ['a registry whose "dependsOn" is no list', declaring(`make('a', { dependsOn: 5 })`)],
    [
      'a registry that cannot judge a contribution',
      declaring(`make('a', { folder: 'routes', accepts: () => { throw new Error('no idea'); } })`),
    ],
  ] as const) {
    it(`keeps it alone out at boot: ${what}`, async () => {
      await using application = await boot({ ...good, ...files, ...small('other', '1') });
      expect(application.states()).to.deep.equal({ bad: 'failed', good: 'active', other: 'active' });
      expect(application.kernel.extensions.status('bad').lastFailure?.phase).to.equal('compile');
      expect(await application.get('/good')).to.deep.equal({ version: '1' });
    });

    it(`leaves what serves as it is when it comes by an edit: ${what}`, async () => {
      await using application = await boot({ ...good, ...small('bad', '1') });
      application.write({ ...good, ...files });
      await application.kernel.extensions.sync(['bad']);
      expect(application.kernel.extensions.status('bad')).to.deep.include({ state: 'active', generation: 1 });
      expect(application.kernel.extensions.status('bad').lastFailure?.phase).to.equal('compile');
      expect(application.kernel.extensions.status('good')).to.deep.include({ lastFailure: undefined });
    });
  }

  it('says which registry could not judge what', async () => {
    const throws = `make('jobs', { folder: 'routes', accepts: () => { throw new Error('no idea'); } })`;
    await using application = await boot({ ...declaring(throws), ...good });
    expect(application.kernel.extensions.status('bad').lastFailure?.message).to.match(
      /The registry "jobs" \(declared by "bad"\) throws when it checks routes\/version\.ts of ".*": no idea/,
    );
  });

  it('blocks with the registry that cannot judge only those who cannot live without it', async () => {
    const throws = `make('jobs', { folder: 'jobs', accepts: () => { throw new Error('no idea'); } })`;
    const job = { 'jobs/a.ts': 'export default {};' };
    const of = (name: string, manifest: object) => ({
      ...small(name, '1', manifest),
      [`extensions/${name}/jobs/a.ts`]: job['jobs/a.ts'],
    });
    await using application = await boot({
      ...declaring(throws),
      ...of('needs', { dependencies: { bad: '*' } }),
      ...of('likes', { optionalDependencies: { bad: '*' } }),
    });
    expect(application.states()).to.deep.equal({ bad: 'failed', needs: 'blocked', likes: 'active' });
  });

  it('is found by trying when the fault names nobody that is loaded', async () => {
    const counts = `make('words', {
      folder: 'words',
      compile: (all) => { for (const { value } of all) value.text.length; return all.length; },
    })`;
    const word = (name: string, value: string) => ({
      ...small(name, '1', { dependencies: { list: '*' } }),
      [`extensions/${name}/words/a.ts`]: `export default ${value};\n`,
    });
    await using application = await boot({
      ...small('list', '1'),
      'extensions/list/index.ts': registries(counts),
      ...word('fine', `{ text: 'a' }`),
    });
    // "list" serves already, and only one of those that come makes its view throw.
    application.write({
      ...word('alpha', `{ text: 'b' }`),
      ...word('beta', '{}'),
      ...word('gamma', `{ text: 'c' }`),
    });
    for (const name of ['alpha', 'beta', 'gamma']) {
      application.write({
        [`extensions/${name}/manifest.json`]: {
          name,
          version: '1.0.0',
          dependencies: { list: '*', ...(name === 'alpha' ? {} : { alpha: '*' }) },
        },
      });
    }
    await application.kernel.extensions.sync(['alpha', 'beta', 'gamma']);
    expect(application.states()).to.deep.equal({
      list: 'active',
      fine: 'active',
      alpha: 'active',
      beta: 'failed',
      gamma: 'active',
    });
  });

  it('is mended by the next save, without a restart', async () => {
    await using application = await boot({ ...good, ...routes(`route.get('x', {}, () => 1)`) });
    application.write({ 'extensions/bad/routes/version.ts': versionRoute('2') });
    await application.kernel.extensions.sync(['bad']);
    await until(async () => (await application.status('/bad')) === 200);
    expect(application.states()).to.deep.equal({ bad: 'active', good: 'active' });
  });
});
