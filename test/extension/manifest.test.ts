import { expect } from 'chai';
import { BackplaneError, isBackplaneError } from '../../kernel/errors.ts';
import { parseManifest, prefixOf } from '../../kernel/extension/manifest.ts';

function faultsOf(manifest: unknown, folder = '/x/extensions/blog'): readonly string[] {
  try {
    parseManifest(typeof manifest === 'string' ? manifest : JSON.stringify(manifest), folder, '0.1.0');
  } catch (error) {
    if (isBackplaneError(error) && 'faults' in error.details) return error.details.faults.map(String);
    throw error;
  }
  return [];
}

describe('manifest', () => {
  it('accepts every field that it documents', () => {
    const manifest = {
      name: 'blog',
      version: '1.2.3-beta.1',
      description: 'A blog',
      kernel: '^0.1.0',
      dependencies: { auth: '^1.0.0' },
      optionalDependencies: { mail: '>=1 <3' },
      prefix: '/articles',
      packages: { marked: '^15.0.0' },
      systemPackages: { apt: ['imagemagick'], brew: ['imagemagick'] },
      onFailure: 'abort',
      timeouts: { boot: 1000, stop: 500 },
      capability: 'email',
    };
    expect(faultsOf(manifest)).to.deep.equal([]);
  });

  it('names the file, and says of broken JSON where it breaks', () => {
    const text = '{ "name": "blog", }';
    expect(() => parseManifest(text, '/x/blog', '0.1.0')).to.throw(
      BackplaneError,
      /^\/x\/blog\/manifest\.json: is not JSON: /,
    );
  });

  it('reports all faults at once', () => {
    const faults = faultsOf({
      name: 'Blog',
      version: 'one',
      kernel: '^9.0.0',
      dependecies: {},
      dependencies: { auth: 'x.y' },
      timeouts: { boot: -1 },
    });
    expect(faults).to.have.length(7);
    expect(faults.join('\n')).to.include('unknown key "dependecies". Did you mean "dependencies"?');
    const asked = faults.filter((fault) => fault.endsWith('?'));
    const { message } = new BackplaneError('MANIFEST_INVALID', { file: 'manifest.json', faults: asked });
    expect(message).to.match(/Did you mean "dependencies"\?$/);
    expect(faults.join('\n')).to.include('"version" is "one", which is no semantic version');
    expect(faults.join('\n')).to.include('"kernel" asks for ^9.0.0, but this kernel is 0.1.0');
    expect(faults.join('\n')).to.include('"dependencies.auth" is "x.y", which is no version range');
    expect(faults.join('\n')).to.include('"timeouts.boot" must be >= 1');
    expect(faults.join('\n')).to.include('must be lower-case kebab-case');
    expect(faults.join('\n')).to.include('but the folder is called "blog"');
  });

  it('a name other than the folder is told with both', () => {
    expect(faultsOf({ name: 'blogg', version: '1.0.0' })).to.deep.equal([
      '"name" is "blogg", but the folder is called "blog". Make them equal',
    ]);
  });

  it('required fields that are missing are named', () => {
    expect(faultsOf({})).to.deep.equal(['"name" is required', '"version" is required']);
    expect(faultsOf([])).to.deep.equal(['the manifest must be an object']);
  });

  it('may begin with a byte order mark', () => {
    expect(faultsOf('\uFEFF{"name":"blog","version":"1.0.0"}')).to.deep.equal([]);
  });

  it('a time that no timer can hold is refused', () => {
    expect(
      faultsOf({ name: 'blog', version: '1.0.0', timeouts: { boot: 1e300, stop: 2 ** 31 } }),
    ).to.deep.equal(['"timeouts.boot" must be <= 2147483647', '"timeouts.stop" must be <= 2147483647']);
  });

  it('an extension does not depend on itself', () => {
    expect(faultsOf({ name: 'blog', version: '1.0.0', dependencies: { blog: '*' } })).to.deep.equal([
      '"dependencies" names the extension itself',
    ]);
  });

  it('routes mount at the name unless the manifest says otherwise', () => {
    expect(prefixOf({ name: 'blog', version: '1.0.0' })).to.equal('/blog');
    expect(prefixOf({ name: 'blog', version: '1.0.0', prefix: '/a/b/' })).to.equal('/a/b');
    expect(prefixOf({ name: 'blog', version: '1.0.0', prefix: '/' })).to.equal('');
  });
});
