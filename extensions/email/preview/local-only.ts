import type { IncomingMessage } from 'node:http';
import { problem } from 'backplane';

const loopback = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/;
const localHost = /^(localhost|[\w-]+\.localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;
const ofProxies = /^(via|forwarded|x-forwarded-.*|x-real-ip|x-client-ip|true-client-ip|cf-.*)$/;

/**
 * Mails hold tokens that open accounts: they are shown to whoever sits at this machine, even where a development server is within
 * reach of others. The name of the host is looked at, since any page may have its own name lead here.
 *
 * @throws HttpError 403
 */
export function assertLocal({ req }: { readonly req: IncomingMessage }): void {
  const isLocal =
    loopback.test(req.socket.remoteAddress ?? '') &&
    localHost.test(req.headers.host ?? '') &&
    !Object.keys(req.headers).some((name) => ofProxies.test(name)) &&
    // As nginx asks who is behind it, unless it is told otherwise, with no header of its own; no browser does.
    req.httpVersion !== '1.0';
  if (isLocal) return;
  throw problem(
    403,
    'Mails are shown to a browser on the same machine only: http://localhost:…/email/preview',
    {
      code: 'PREVIEW_NOT_LOCAL',
    },
  );
}
