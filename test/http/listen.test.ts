import { expect } from 'chai';
import { serve } from './serving.ts';

describe('Listening', () => {
  it('on a port in use says how to mend it', async () => {
    const first = serve([]).server;
    const { port } = await first.listen();
    const error = await serve([], { port })
      .server.listen()
      .catch((thrown) => thrown);
    expect(error).to.have.property('code', 'PORT_IN_USE');
    expect(error.message).to.equal(
      `Port ${port} of 127.0.0.1 is in use by another process. End that process, or set PORT to a free port.`,
    );
    await first.close({ timeout: 0 });
  });

  it('on an address of another machine says how to mend it', async () => {
    const error = await serve([], { host: '192.0.2.1' })
      .server.listen()
      .catch((thrown) => thrown);
    expect(error).to.have.property('code', 'HOST_UNAVAILABLE');
    expect(error.message).to.contain('Set HOST to one of its own');
  });

  it('can be tried again after it failed', async () => {
    const first = serve([]).server;
    const { port } = await first.listen();
    const { server } = serve([], { port });
    await server.listen().catch(() => {});
    await first.close({ timeout: 0 });
    expect(await server.listen()).to.deep.equal({ host: '127.0.0.1', port });
    await server.close({ timeout: 0 });
  });
});
