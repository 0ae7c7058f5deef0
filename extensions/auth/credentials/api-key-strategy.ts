import { type AuthStrategy, defineStrategy, problem } from 'backplane';
import type { AuthenticatedUser } from '../actor.ts';
import { looksLikeApiKey } from '../api-keys/key-text.ts';
import type { Auth } from '../auth.ts';

/**
 * The strategy `api-key`: a key of a user as `x-api-key`. The kernel's root key travels by the same header; it looks
 * different, and each strategy leaves the other's keys alone.
 */
export function apiKeyStrategy(auth: () => Auth): AuthStrategy {
  return defineStrategy({
    name: 'api-key',
    challenge: 'ApiKey header="x-api-key"',
    authenticate(req) {
      const key = req.headers['x-api-key'];
      if (typeof key !== 'string' || !looksLikeApiKey(key)) return undefined;
      return auth().credentials.apiKeys.find(key, Date.now()) ?? check(key, auth());
    },
  });
}

async function check(key: string, { apiKeys, credentials }: Auth): Promise<AuthenticatedUser> {
  const admission = await apiKeys.admit(key);
  if (!admission || credentials.apiKeys.hasEnded(admission)) {
    throw problem(401, 'The API key is not valid, or does not hold any longer.', {
      code: 'API_KEY_INVALID',
      headers: { 'www-authenticate': 'ApiKey header="x-api-key"' },
    });
  }
  credentials.apiKeys.remember(key, admission);
  return admission.actor;
}
