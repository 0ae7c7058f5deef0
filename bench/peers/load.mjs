// Puts load on servers, in a process of its own. Requests are bytes made beforehand and answers are only counted and
// checked for status and length, so that one core of this is faster than one core of any server that it measures.
//
// Message: { port, paths, headers, seconds, connections, pipelining, bytes } → { perSecond, total, failed, faults }.
// `seconds` may be left out: then the load lasts until the message 'stop'.
import { connect } from 'node:net';

const headEnd = Buffer.from('\r\n\r\n');
const okay = Buffer.from('HTTP/1.1 200 ');

class Load {
  constructor({ port, paths, headers = '', seconds, connections, pipelining, bytes }) {
    this.requests = paths.map((path) => `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n${headers}\r\n`);
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
            data.compare(okay, 0, okay.length, at, at + okay.length) !== 0 ||
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

let load;
process.on('message', (message) => {
  if (message === 'stop') load.stop();
  else load = new Load(message);
});
process.on('disconnect', () => process.exit());
