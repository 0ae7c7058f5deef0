import { BackplaneError } from '../errors.ts';
import { type Actor, isWithinScopes, problem, type RouteContext, type RouteOptions } from '../http/index.ts';

/** Options of every administration route: somebody must be known, and {@link adminOnly} checks who. */
export const administrative = {
  auth: 'required',
  root: true,
  tags: ['kernel'],
} as const satisfies RouteOptions;

/**
 * Lets only administrators through, and turns errors of the catalogue into answers of their status.
 *
 * @throws 403 for an actor without the role `admin`, or whose scopes leave administration out
 */
export function adminOnly<Options extends RouteOptions>(
  handle: (context: RouteContext<Options>) => unknown,
): (context: RouteContext<Options>) => Promise<unknown> {
  return async (context) => {
    const actor: Actor | undefined = context.actor;
    if (!actor?.roles.includes('admin')) {
      throw problem(403, 'Administration is for the root API key and for actors with the role "admin".');
    }
    if (!isWithinScopes(actor.scopes, 'kernel:administrate')) {
      throw problem(403, 'The scopes of these credentials leave out "kernel:administrate".');
    }
    try {
      return await handle(context);
    } catch (error) {
      if (!(error instanceof BackplaneError)) throw error;
      throw problem(error.status, error.message, { code: error.code, cause: error });
    }
  };
}
