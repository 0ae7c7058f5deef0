// Puts load on servers, in a process of its own. Requests are bytes made beforehand and answers are only counted and
// checked for status and length, so that one core of this is faster than one core of any server that it measures.
//
// Message: { port, requests, seconds, connections, pipelining, status, bytes } → { perSecond, total, failed, faults }.
// A request is { path, method, headers, body }, all but the path may be left out. `seconds` may be left out: then the load
// lasts until the message 'stop'.
import { connect } from 'node:net';

const headEnd = Buffer.from('\r\n\r\n');

class Load {
  constructor({ port, requests, seconds, connections, pipelining, status = 200, bytes }) {
    this.requests = requests.map((request) => textOf(request, port));
    this.expected = Buffer.from(`HTTP/1.1 ${status} `);
    Object.assign(this, { port, pipelining, bytes, connections });
    this.total = 0;
    this.failed = 0;
    this.faults = [];
    this.next = 0;
    this.stopped = false;
    this.started = performance.now();
    this.ends = Array.from({ length: connections }, () => this.connection());
    if (seconds !== undefined) setTimeout(() => this.stop(), seconds * 1000);
  }

  /** Keeps `pipelining` requests on their way. A connection that breaks is a failure, and a new one takes its place. */
  connection() {
    return new Promise((resolve) => {
      const { expected } = this;
      const socket = connect(this.port, '127.0.0.1');
      socket.setNoDelay();
      let waiting = 0;
      let rest;
      const send = (count) => {
        let text = '';
        for (let index = 0; index < count; index += 1) {
          text += this.requests[this.next];
          this.next = (this.next + 1) % this.requests.length;
        }
        waiting += count;
        socket.write(text, 'latin1');
      };
      socket.on('connect', () => send(this.pipelining));
      socket.on('data', (chunk) => {
        const data = rest === undefined ? chunk : Buffer.concat([rest, chunk]);
        let at = 0;
        let count = 0;
        for (;;) {
          const body = data.indexOf(headEnd, at);
          if (body === -1) break;
          const head = data.latin1Slice(at, body).toLowerCase();
          const length = Number(/content-length: (\d+)/.exec(head)?.[1]);
          const end = body + headEnd.length + length;
          if (end > data.length) break;
          if (
            data.compare(expected, 0, expected.length, at, at + expected.length) !== 0 ||
            (this.bytes !== undefined && length !== this.bytes)
          ) {
            this.fault(data.latin1Slice(at, end));
          }
          at = end;
          count += 1;
        }
        rest = at === data.length ? undefined : data.subarray(at);
        waiting -= count;
        this.total += count;
        if (!this.stopped) send(count);
        else if (waiting === 0) socket.end();
      });
      socket.on('error', (error) => this.fault(error.message));
      socket.on('close', () => {
        if (waiting > 0) this.fault(`The connection broke with ${waiting} requests unanswered.`, waiting);
        if (this.stopped) resolve();
        else resolve(this.connection());
      });
    });
  }

  fault(text, count = 1) {
    this.failed += count;
    if (this.faults.length < 5) this.faults.push(text);
  }

  /** No more requests; those on their way are waited for. */
  async stop() {
    const seconds = (performance.now() - this.started) / 1000;
    const { total } = this;
    this.stopped = true;
    await Promise.all(this.ends);
    const { failed, faults } = this;
    process.send({ perSecond: total / seconds, total, failed, faults });
  }
}

/** The bytes of a request, one for each character. */
function textOf({ path, method = 'GET', headers = {}, body }, port) {
  const all = { host: `127.0.0.1:${port}`, ...headers };
  if (body !== undefined) Object.assign(all, { 'content-length': Buffer.byteLength(body) });
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  const text = `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body ?? ''}`;
  return Buffer.from(text).toString('latin1');
}

let load;
process.on('message', (message) => {
  if (message === 'stop') load.stop();
  else load = new Load(message);
});
process.on('disconnect', () => process.exit());
