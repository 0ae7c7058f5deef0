import { type Actor, defineStrategy } from 'backplane';

/** `x-actor: ann` is Ann; `x-actor: {"id":"ann","granted":{…}}` has grants; `root` may everything. */
export default defineStrategy({
  name: 'actor',
  challenge: 'ApiKey header="x-actor"',
  authenticate({ headers }): Actor | undefined {
    const given = headers['x-actor'];
    if (typeof given !== 'string') return undefined;
    if (given.startsWith('{')) return { roles: [], ...JSON.parse(given) };
    return { id: given, roles: given === 'root' ? ['admin'] : [] };
  },
});
