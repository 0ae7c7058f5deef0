import type { Request } from 'express';

/** Where a request comes from, as sessions show it to their owner. */
export interface Client {
  readonly ip: string | undefined;
  readonly userAgent: string | undefined;
}

export function clientOf(req: Request): Client {
  return { ip: req.ip?.slice(0, 45), userAgent: req.headers['user-agent']?.slice(0, 300) };
}
