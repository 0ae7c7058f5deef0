import { problem, type RouteContext } from 'backplane';

const loopback = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/;
const localHost = /^(localhost|[\w-]+\.localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;
const ofProxies = ['forwarded', 'x-forwarded-for', 'x-real-ip'];

/**
 * Mails hold tokens that open accounts: they are shown to whoever sits at this machine, even where a development server is within
 * reach of others. The name of the host is looked at, since any page may have its own name lead here.
 *
 * @throws HttpError 403
 */
export function assertLocal({ req }: Pick<RouteContext, 'req'>): void {
  const isLocal =
    loopback.test(req.socket.remoteAddress ?? '') &&
    localHost.test(req.headers.host ?? '') &&
    ofProxies.every((name) => req.headers[name] === undefined);
  if (isLocal) return;
  throw problem(
    403,
    'Mails are shown to a browser on the same machine only: http://localhost:…/email/preview',
    {
      code: 'PREVIEW_NOT_LOCAL',
    },
  );
}
