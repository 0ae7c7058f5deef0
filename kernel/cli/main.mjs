#!/usr/bin/env node
// The same program as main.ts. Started through plain JavaScript, not even that file has to be stripped of its types.

import './compile-cache.mjs';

await import('./main.ts');
