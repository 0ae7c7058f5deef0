import type { Logger, Services, SettingsOf } from 'backplane';
import type config from './config.ts';

export type AuthSettings = SettingsOf<typeof config>;

/** What the parts of this extension work with. */
export interface AuthEnvironment {
  readonly settings: AuthSettings;
  /** `data` is to be read each time: that of another moment may know another snapshot's entities. */
  readonly services: Services;
  readonly log: Logger;
  /** Is this no machine of a developer, nor a test? */
  readonly production: boolean;
}

/** The moment as rows have it. @param seconds from now */
export function momentIn(seconds: number, { services }: Pick<AuthEnvironment, 'services'>): string {
  return new Date(services.data.now() + seconds * 1000).toISOString();
}
