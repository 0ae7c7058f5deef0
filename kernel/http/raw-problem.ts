import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type HttpError, problem, problemDocument } from './problem.ts';

/**
 * Answers what Node's parser could not make a request of (or never got all of) and ends the connection. Such a thing
 * has no response object, so the answer is written to the socket itself.
 */
export function answerClientError(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable || error.code === 'ECONNRESET' || isAnswered(socket)) {
    socket.destroy();
    return;
  }
  const shown = problemOf(error);
  const body = JSON.stringify(problemDocument(shown));
  socket.end(
    `HTTP/1.1 ${shown.status} ${STATUS_CODES[shown.status]}\r\n` +
      'content-type: application/problem+json\r\n' +
      `content-length: ${Buffer.byteLength(body)}\r\n` +
      `connection: close\r\n\r\n${body}`,
  );
  // The rest of what the client sends is read and dropped for a moment: closing at once would reset the connection and
  // with it the answer. The time limit is for clients that never stop.
  socket.on('error', () => {});
  socket.resume();
  const timer = setTimeout(() => socket.destroy(), 1000).unref();
  socket.once('close', () => clearTimeout(timer));
}

function problemOf({ code }: NodeJS.ErrnoException): HttpError {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return problem(431, 'The headers of the request are too large.');
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return problem(413, 'The chunk extensions of the request are too large.');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return problem(408, 'The request did not arrive completely in time.');
    default:
      return problem(400, 'This is not a valid HTTP/1.1 request.', { code: 'REQUEST_MALFORMED' });
  }
}

/** Has a response on this connection already begun? Then no other may be written into it. */
function isAnswered(socket: Duplex & { _httpMessage?: { headersSent?: boolean } | null }): boolean {
  return socket._httpMessage?.headersSent === true;
}
