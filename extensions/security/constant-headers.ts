import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import helmet, { type HelmetOptions } from 'helmet';

export interface HeaderOptions {
  readonly production: boolean;
  /** Instead of helmet's policy; `off` for none. */
  readonly contentSecurityPolicy: string | undefined;
  /** Seconds; 0 sends no Strict-Transport-Security. */
  readonly hstsMaxAge: number;
}

/** The headers of helmet for these options. They are the same for every request, so helmet is asked once. */
export function constantHeaders(options: HeaderOptions): Readonly<Record<string, string>> {
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  helmet(helmetOptions(options))(response.req, response, (error) => {
    if (error) throw error;
  });
  const headers = Object.fromEntries(
    Object.entries(response.getHeaders()).map(([name, value]) => [name, String(value)]),
  );
  const { contentSecurityPolicy: policy } = options;
  if (policy !== undefined && policy !== 'off') headers['content-security-policy'] = policy;
  return headers;
}

function helmetOptions({ production, contentSecurityPolicy, hstsMaxAge }: HeaderOptions): HelmetOptions {
  return {
    contentSecurityPolicy: contentSecurityPolicy === undefined && {
      // In development pages come by plain HTTP, and a browser told to upgrade would find nothing.
      directives: production ? {} : { upgradeInsecureRequests: null },
    },
    // Browsers remember it for all ports of a host: sent by a development server it would lock out its neighbours.
    strictTransportSecurity: production && hstsMaxAge > 0 && { maxAge: hstsMaxAge },
  };
}
