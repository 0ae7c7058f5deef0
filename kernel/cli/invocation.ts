import type { Variables } from '../settings/index.ts';

/** How the command was called and can be called again: npm starts it where no `backplane` is on the path. */
export function invocation(env: Variables): string {
  return env.npm_lifecycle_event === 'backplane' ? 'npm run backplane --' : 'backplane';
}
