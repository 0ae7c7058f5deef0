// Plain JavaScript, so that nothing has to be stripped of types before the cache is on: what Node compiles and strips
// is kept on disk, and the next start takes half the time. Where it cannot be written, Node goes on without.

import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// Beside the package, not in the shared temporary folder, where others could leave code to be run.
// Coverage of cached code is imprecise.
if (process.env.NODE_V8_COVERAGE === undefined) {
  enableCompileCache(join(import.meta.dirname, '../../var/cache/compiled'));
}
