import { defineStrategy } from 'backplane';

/** `x-user: ann` is Ann, `x-user: root` may everything. */
export default defineStrategy({
  name: 'user',
  challenge: 'ApiKey header="x-user"',
  authenticate({ headers }) {
    const user = headers['x-user'];
    if (typeof user !== 'string') return undefined;
    return { id: user, roles: user === 'root' ? ['admin'] : [] };
  },
});
