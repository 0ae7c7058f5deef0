import { testKernel } from 'backplane/testing';
import { expect } from 'chai';

const from = import.meta.url;
const token = 'a-token-of-some-length';

async function statuses(env: Record<string, string>): Promise<Record<'without' | 'wrong' | 'right', number>> {
  await using kernel = await testKernel({ from, extensions: ['..'], env });
  const ask = async (authorization?: string): Promise<number> => {
    const headers = authorization === undefined ? {} : { authorization };
    return (await kernel.inject('GET', '/metrics', { headers })).status;
  };
  return { without: await ask(), wrong: await ask('Bearer wrong'), right: await ask(`Bearer ${token}`) };
}

describe('Access to metrics', () => {
  it('is open in development', async () => {
    expect(await statuses({ NODE_ENV: 'development' })).to.deep.equal({
      without: 200,
      wrong: 200,
      right: 200,
    });
  });

  it('is closed in production, as if there were no such route', async () => {
    expect(await statuses({ NODE_ENV: 'production' })).to.deep.equal({
      without: 404,
      wrong: 404,
      right: 404,
    });
  });

  it('is open in production when it is said to be public', async () => {
    const env = { NODE_ENV: 'production', METRICS_PUBLIC: 'true' };
    expect(await statuses(env)).to.deep.equal({ without: 200, wrong: 200, right: 200 });
  });

  it('needs the token where one is set, everywhere', async () => {
    for (const NODE_ENV of ['development', 'production']) {
      const env = { NODE_ENV, METRICS_TOKEN: token };
      expect(await statuses(env), NODE_ENV).to.deep.equal({ without: 401, wrong: 401, right: 200 });
    }
  });

  it('asks for the token by name', async () => {
    await using kernel = await testKernel({ from, extensions: ['..'], env: { METRICS_TOKEN: token } });
    const { headers } = await kernel.inject('GET', '/metrics');
    expect(headers['www-authenticate']).to.equal('Bearer realm="metrics"');
    expect(headers['content-type']).to.equal('application/problem+json');
  });
});
