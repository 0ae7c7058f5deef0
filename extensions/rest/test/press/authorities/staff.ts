import { defineAuthority } from 'backplane';

/** Editors may do all with articles; interns read some fields of them. */
export default defineAuthority({
  name: 'staff',
  grants({ actor, permission }) {
    if (actor.id.startsWith('editor')) return [{}];
    if (actor.id === 'intern' && permission === 'press.article:read') {
      return [{ fields: new Set(['title', 'state']) }];
    }
    return [];
  },
});
