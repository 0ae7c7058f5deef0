import { defineExtension } from 'backplane';
import { seen } from './seen.ts';

export default defineExtension({
  register({ container }) {
    container.value('crmSeen', seen);
  },
});

declare module 'backplane' {
  interface Services {
    /** What hooks and listeners have noticed. */
    crmSeen: string[];
  }
}
