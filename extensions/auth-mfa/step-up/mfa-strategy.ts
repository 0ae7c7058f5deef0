import { type Actor, type AuthStrategy, defineStrategy, strategies } from 'backplane';
import { assertSecondFactor } from './second-factor.ts';

/**
 * The strategy `mfa`: an access token, as for `jwt`, of a session that had a second factor lately.
 * @param within seconds
 */
export function mfaStrategy(within: number): AuthStrategy {
  return defineStrategy({
    name: 'mfa',
    challenge: 'Bearer',
    authenticate({ context }) {
      // Where anybody will do, others have been asked already: this one only ever asks for more.
      if (context.endpoint?.route.options.auth !== 'mfa') return undefined;
      const found = context.snapshot.get(strategies).get('jwt')?.strategy.authenticate(context.req);
      return found instanceof Promise
        ? found.then((actor) => checked(actor, within))
        : checked(found, within);
    },
  });
}

function checked(actor: Actor | undefined, within: number): Actor | undefined {
  if (actor) assertSecondFactor(actor, within);
  return actor;
}
