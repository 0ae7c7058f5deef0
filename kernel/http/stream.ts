import type { Readable } from 'node:stream';
import type { RequestContext } from './context.ts';
import { type ResponseHeaders, writeStreamHead } from './write.ts';

/**
 * Sends a stream. Status and headers wait for its first bytes, so that a stream which fails at once (a file that is not
 * there) still becomes a proper problem; one that fails later breaks the connection, as nothing else tells the client.
 *
 * @param failed told of the stream's error
 */
export function sendStream(
  context: RequestContext,
  status: number,
  stream: Readable,
  headers: ResponseHeaders | undefined,
  failed: (context: RequestContext, error: unknown) => void,
): void {
  const res = context.response;
  const { owner } = context;
  stream.on('error', (error) => {
    context.owner = owner;
    failed(context, error);
  });
  res.on('close', () => stream.destroy());
  const begin = (): void => {
    stream.off('readable', begin);
    if (context.closed || res.headersSent || stream.errored) return;
    writeStreamHead(context, status, 'application/octet-stream', headers);
    if (context.req.method === 'HEAD') {
      res.end();
      stream.destroy();
    } else {
      stream.pipe(res);
    }
  };
  // Also emitted at the end of an empty stream.
  stream.on('readable', begin);
}
