import { expect } from 'chai';
import { middleware } from '../../kernel/http/index.ts';
import { type Application, boot, small, until } from '../support/application.ts';

const requests = (application: Application): readonly unknown[] =>
  application.logs.map(({ msg }) => msg).filter((msg) => /^GET /.test(String(msg)));

describe('the access log', () => {
  it('tells each request at debug, as the extension that answered, without its query', async () => {
    await using application = await boot(small('blog', '1'), { env: { LOG_LEVEL: 'debug' } });
    await application.status('/blog?token=secret');
    await application.status('/nowhere');
    await until(() => requests(application).length === 2);
    const [found, missing] = requests(application);
    expect(found).to.match(/^GET \/blog 200 in [\d.]+ ms$/);
    expect(missing).to.match(/^GET \/nowhere 404 in [\d.]+ ms$/);
    expect(application.logs.find(({ msg }) => msg === found)).to.include({ extension: 'blog' });
  });

  it('observes no request where the level is above debug', async () => {
    await using application = await boot(small('blog', '1'), { env: { LOG_LEVEL: 'info' } });
    expect(application.kernel.snapshot.get(middleware).observers).to.deep.equal([]);
  });
});
