import { testKernel } from 'backplane/testing';
import { expect } from 'chai';
import { hostMatcher } from '../allowed-hosts.ts';

const from = import.meta.url;

describe('Allowed hosts', () => {
  const ask = async (
    host: string,
    env: Record<string, string>,
    path = '/nowhere',
  ): Promise<{ status: number; code: unknown; type: string | undefined }> => {
    await using kernel = await testKernel({ from, extensions: ['..'], env });
    const response = await kernel.inject('GET', path, { headers: { host } });
    const { code } = response.json<{ code?: string }>();
    return { status: response.status, code, type: response.headers['content-type'] };
  };

  it('are all while none is listed', async () => {
    expect(await ask('anything.example', { NODE_ENV: 'production' })).to.include({ status: 404 });
  });

  it('refuse others with 421 as a problem document', async () => {
    const env = { NODE_ENV: 'production', SECURITY_ALLOWED_HOSTS: 'api.example.org,*.example.com' };
    const refused = { status: 421, code: 'HOST_NOT_ALLOWED', type: 'application/problem+json' };
    expect(await ask('evil.example', env)).to.deep.equal(refused);
    expect(await ask('localhost', env)).to.deep.equal(refused);
    expect(await ask('api.example.org:8080', env)).to.include({ status: 404 });
    expect(await ask('API.Example.org.', env)).to.include({ status: 404 });
    expect(await ask('shop.example.com', env)).to.include({ status: 404 });
  });

  it('let probes in, which call by IP address', async () => {
    const env = { NODE_ENV: 'production', SECURITY_ALLOWED_HOSTS: 'api.example.org' };
    expect(await ask('10.0.0.7:3000', env, '/health/live')).to.include({ status: 200 });
    expect(await ask('10.0.0.7:3000', env, '/other/probe')).to.include({ status: 421 });
    const exempt = { ...env, SECURITY_HOST_EXEMPT_PATHS: '/other/' };
    expect(await ask('10.0.0.7:3000', exempt, '/other/probe')).to.include({ status: 404 });
  });

  it('count this machine in during development', async () => {
    const env = { NODE_ENV: 'development', SECURITY_ALLOWED_HOSTS: 'api.example.org' };
    for (const host of ['localhost:3000', '127.0.0.1:3000', '[::1]:3000']) {
      expect(await ask(host, env), host).to.include({ status: 404 });
    }
    expect(await ask('evil.example', env)).to.include({ status: 421 });
  });

  it('believe only a trusted proxy about the name that was asked for', async () => {
    const env = { NODE_ENV: 'production', SECURITY_ALLOWED_HOSTS: 'api.example.org' };
    const status = async (more: Record<string, string>): Promise<number> => {
      await using kernel = await testKernel({ from, extensions: ['..'], env: { ...env, ...more } });
      const headers = { host: 'internal', 'x-forwarded-host': 'api.example.org' };
      return (await kernel.inject('GET', '/nowhere', { headers })).status;
    };
    expect(await status({})).to.equal(421);
    expect(await status({ TRUST_PROXY: '1' })).to.equal(404);
  });

  it('must be host names, and say so', () => {
    for (const wrong of ['https://api.example.org', 'api.example.org:3000', 'a b', '*', '*.']) {
      expect(() => hostMatcher([wrong]), wrong).to.throw(/SECURITY_ALLOWED_HOSTS names ".*no host/);
    }
  });
});
