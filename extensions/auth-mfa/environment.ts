import type { Logger, Services, SettingsOf } from 'backplane';
import type { Vault } from '../auth/index.ts';
import type config from './config.ts';

/** What the parts of this extension work with. */
export interface MfaEnvironment {
  readonly settings: SettingsOf<typeof config>;
  /** `data` is to be read each time: that of another moment may know another snapshot's entities. */
  readonly services: Services;
  readonly log: Logger;
  /** Is there the extension that sends such messages? */
  readonly sends: (channel: 'email' | 'sms') => boolean;
  readonly vault: () => Vault;
}

/** The moment as rows have it. @param seconds from now */
export function momentIn(seconds: number, { services }: Pick<MfaEnvironment, 'services'>): string {
  return new Date(services.data.now() + seconds * 1000).toISOString();
}
