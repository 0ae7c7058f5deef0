import { type Actor, defineRegistry } from 'backplane';
import type { User } from '../entities/user.ts';
import type { Client } from '../sessions/client.ts';

/** Somebody who gave the right password, or was recognised otherwise, before there is a session. */
export interface RecognisedLogin {
  readonly user: User;
  /** Changes with the password: what {@link PasswordLogins.finish} wants to see again. */
  readonly stamp: string;
  readonly client: Client;
  /** How they were recognised (RFC 8176): `pwd`. */
  readonly amr: readonly string[];
  /** What the tokens may do at most; no limit without. */
  readonly scopes: readonly string[] | null;
  /** What a device was given by an earlier login, if the client sent it. */
  readonly deviceToken: string | undefined;
}

/** What has to be done before there are tokens. */
export interface SecondStep {
  /** Stable name of what is wanted, for programs: `MFA_REQUIRED`. OAuth 2.0 tells it in lower case. */
  readonly code: string;
  /** What is wanted and where, for people. */
  readonly detail: string;
  /** What the second step is done with; good for nothing else. */
  readonly token: string;
  /** Ways to do it. */
  readonly factors: readonly string[];
  /** Seconds that the token holds. */
  readonly expiresIn: number;
}

/** Has a say after the right password, or what another strategy took for as good: `undefined` lets in, a second step has to be done first. */
export interface LoginGuard {
  afterPassword(login: RecognisedLogin): Promise<SecondStep | undefined> | SecondStep | undefined;
  /** Has a say before somebody in a session makes what outlives it, an API key or another password; throws to refuse it. */
  beforeCredential?(actor: Actor): Promise<void> | void;
}

/** Who has a say between password and tokens; the first one that wants something gets it. Collects `login-guards/`. */
export const loginGuards = defineRegistry<LoginGuard, readonly LoginGuard[]>({
  name: 'login-guards',
  folder: 'login-guards',
  expected: '{ afterPassword(login), beforeCredential?(actor) }',
  accepts: (value): value is LoginGuard =>
    typeof value === 'object' &&
    value !== null &&
    'afterPassword' in value &&
    typeof value.afterPassword === 'function',
  compile: (contributions) => contributions.map(({ value }) => value),
});
