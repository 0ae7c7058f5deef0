import type { FactorType, Method } from './factors/method.ts';

declare module 'backplane' {
  interface Events {
    /** Somebody has confirmed a factor: the first one, or another. */
    'auth-mfa.enabled': { readonly userId: string; readonly factor: FactorType };
    /** Factors are gone; without any left, the password alone lets in. */
    'auth-mfa.disabled': {
      readonly userId: string;
      readonly factors: readonly FactorType[];
      /** Has the account other factors still? */
      readonly others: boolean;
      readonly by: 'owner' | 'administrator';
    };
    'auth-mfa.failed': { readonly userId: string; readonly factor: Method; readonly ip: string | undefined };
    'auth-mfa.recovery-used': { readonly userId: string; readonly left: number };
  }
}
