import { expect } from 'chai';
import { boot, index } from '../support/application.ts';

const asking = (name: string) => `import { route } from 'backplane';
export default route.get('/${name}', {}, async ({ services: { databases } }) => {
  return await databases.get('${name}').run('select 1 as one');
});
`;

/** Nobody listens there. */
const gone = 'postgres://postgres@127.0.0.1:1/gone';

describe('GET /health/ready', () => {
  const files = {
    'extensions/blog/manifest.json': { name: 'blog', version: '1.0.0' },
    'extensions/blog/index.ts': index(''),
    'extensions/blog/routes/default.ts': asking('default'),
    'extensions/blog/routes/analytics.ts': asking('analytics'),
  };

  it('answers 503 while the default database is used and not reached, as requests that need it do', async () => {
    await using application = await boot(files, { env: { DATABASE_URL: gone } });
    expect((await application.kernel.inject('GET', '/health/ready')).status).to.equal(200);
    const answer = await application.kernel.inject('GET', '/blog/default');
    expect(answer.status).to.equal(503);
    expect(await answer.json()).to.include({ code: 'DATABASE_UNREACHABLE' });
    const ready = await application.kernel.inject('GET', '/health/ready');
    expect(ready.status).to.equal(503);
    expect(await ready.json()).to.have.property('status', 'unavailable');
  });

  it('stays ready when another database is not reached, and says so', async () => {
    await using application = await boot(files, {
      env: { DATABASE_URL: 'sqlite::memory:', ANALYTICS_DATABASE_URL: gone },
    });
    expect((await application.kernel.inject('GET', '/blog/analytics')).status).to.equal(503);
    const ready = await application.kernel.inject('GET', '/health/ready');
    expect(ready.status).to.equal(200);
    expect(await ready.json()).to.have.nested.property('databases.analytics.healthy', false);
  });
});
