/**
 * Loaded into the process that runs the tests of extensions, wherever their folders lie: as in the running kernel,
 * `backplane` and the shared packages are the kernel's own copies, and what an extension's folder does not see (such as
 * chai) is looked for where the kernel lies, then in the application.
 */

import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isNotFound, isShared, packageOf } from '../extension/modules/packages.ts';

const application = pathToFileURL(join(process.cwd(), 'package.json')).href;

registerHooks({
  resolve(specifier, context, next) {
    const { parentURL } = context;
    const isBare = !/^(\.\.?\/|\/|#|[a-z]+:)/.test(specifier);
    // Installed packages have their own idea of what they need.
    if (!isBare || parentURL === undefined || parentURL.includes('/node_modules/'))
      return next(specifier, context);
    const places = isShared(specifier) ? [import.meta.url] : [parentURL, import.meta.url, application];
    for (const place of places.slice(0, -1)) {
      try {
        return next(specifier, { ...context, parentURL: place });
      } catch (error) {
        if (!isNotFound(error, packageOf(specifier))) throw error;
      }
    }
    return next(specifier, { ...context, parentURL: places.at(-1) });
  },
});
