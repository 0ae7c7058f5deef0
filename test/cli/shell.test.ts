import { expect } from 'chai';
import { Application, extension } from './application.ts';

const index = `import { defineExtension } from 'backplane';
class Counter { count = 0; next() { return ++this.count; } }
export default defineExtension({
  register({ container }) {
    container.singleton('counter', Counter);
    container.scoped('perRequest', Counter);
  },
});
`;

describe('shell --eval', () => {
  it('has the kernel, its services, events and snapshot at hand, and awaits', async () => {
    await using application = await Application.create(extension('blog', { 'index.ts': index }));
    const evaluate = async (code: string): Promise<unknown> => {
      const result = await application.run(['shell', '--json', '--eval', code]);
      expect(result.code, result.stderr).to.equal(0);
      return JSON.parse(result.stdout);
    };
    expect(await evaluate('services.counter.next()')).to.equal(1);
    expect(await evaluate('services.perRequest.next() + services.perRequest.next()')).to.equal(3);
    expect(await evaluate('(await kernel.inject("GET", "/health/live")).status')).to.equal(200);
    expect(await evaluate('snapshot === kernel.snapshot')).to.equal(true);
    expect(await evaluate('typeof events.emit')).to.equal('function');
  });

  it('takes statements with a return', async () => {
    await using application = await Application.create();
    const code = 'const one = await Promise.resolve(1); return { two: one + 1 };';
    const { stdout } = await application.run(['shell', '--eval', code]);
    expect(stdout).to.equal('{ two: 2 }\n');
  });

  it('fails with what the code throws', async () => {
    await using application = await Application.create();
    const { code, stderr } = await application.run(['shell', '--eval', 'services.mail']);
    expect(code).to.equal(1);
    expect(stderr).to.match(/\n +at /);
    expect(stderr).to.include('"shell" takes the service "mail", which nobody registers');
    expect((await application.run(['shell', '--eval', 'one +'])).code).to.equal(1);
  });

  it('reads code from a prompt until .exit', async () => {
    await using application = await Application.create(extension('blog', { 'index.ts': index }));
    await using running = application.spawn(['shell']);
    running.child.stdin?.end('services.counter.next() + 41\n.exit\n');
    const { code, stdout } = await running.ended;
    expect(code).to.equal(0);
    expect(stdout).to.include('42');
  });
});
