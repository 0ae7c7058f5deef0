import type { RouteContext } from 'backplane';
import { type Client, clientOf } from '../sessions/client.ts';

/** Who asks for a message, and in which language, where that is known. */
export interface Asking extends Client {
  readonly locale?: string | undefined;
}

export function askingOf({ req, locale }: Pick<RouteContext, 'req' | 'locale'>): Asking {
  // `en` is also what the kernel says where nobody asks for a language.
  const isKnown = req.headers['accept-language'] !== undefined || locale !== 'en';
  return { ...clientOf(req), locale: isKnown ? locale : undefined };
}
