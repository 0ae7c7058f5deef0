import { connect } from 'node:net';
import { expect } from 'chai';
import { route } from '../../kernel/http/index.ts';
import { serve, until } from './serving.ts';

const echo = route.post('/echo', {}, ({ body }) => ({ body }));

/** Sends raw bytes and gives all that comes back until the server closes the connection. */
async function exchange(text: string, changed = {}): Promise<{ status: number; head: string; body: string }> {
  const { server, snapshot, lines } = serve([{ name: 'blog', values: [echo] }], changed);
  const { port } = await server.listen();
  const answer = await new Promise<string>((resolve, reject) => {
    let received = '';
    const socket = connect(port, '127.0.0.1');
    socket.setEncoding('utf8').on('data', (chunk) => {
      received += chunk;
    });
    socket.on('error', reject).on('close', () => resolve(received));
    socket.on('end', () => socket.end());
    socket.write(text);
  });
  await server.close({ timeout: 0 });
  await until(() => snapshot.users === 0);
  expect(lines).to.deep.equal([]);
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  return { status: Number(head.split(' ')[1]), head: head.toLowerCase(), body };
}

describe('A malformed request', () => {
  const problems: [string, string, number, string][] = [
    ['that is no HTTP', 'nonsense\r\n\r\n', 400, 'REQUEST_MALFORMED'],
    ['without a host', 'GET / HTTP/1.1\r\n\r\n', 400, ''],
    [
      'with an illegal header',
      'GET / HTTP/1.1\r\nhost: x\r\nbad header: 1\r\n\r\n',
      400,
      'REQUEST_MALFORMED',
    ],
    [
      'with two lengths',
      'POST /blog/echo HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
      'REQUEST_MALFORMED',
    ],
    [
      'with 64 KB of headers',
      `GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(65_536)}\r\n\r\n`,
      431,
      'HEADERS_TOO_LARGE',
    ],
  ];

  for (const [name, text, status, code] of problems) {
    it(`${name} is answered with ${status}, and the connection closed`, async () => {
      const answer = await exchange(text);
      expect(answer.status).to.equal(status);
      expect(answer.head).to.contain('connection: close');
      if (code === '') return;
      expect(answer.head).to.contain('content-type: application/problem+json');
      expect(JSON.parse(answer.body)).to.include({ code, status });
    });
  }

  it('whose headers never end is answered with 408', async () => {
    const { status, body } = await exchange('GET / HTTP/1.1\r\nhost: x\r\n', { requestTimeout: 100 });
    expect(status).to.equal(408);
    expect(JSON.parse(body)).to.include({ code: 'REQUEST_TIMEOUT' });
  });

  it('whose body never ends is answered with 408', async () => {
    const head =
      'POST /blog/echo HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\ncontent-length: 9\r\n\r\n';
    const { status, body } = await exchange(`${head}abc`, { requestTimeout: 100 });
    expect(status).to.equal(408);
    expect(JSON.parse(body)).to.include({ code: 'REQUEST_TIMEOUT' });
  });
});
