#!/usr/bin/env node
/** The `backplane` command. */

import './compile-cache.mjs';

// Whoever reads the output may stop before its end, as "head" does: then there is nobody left to tell anything.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}

// Imported late, so that it comes from the compile cache.
const { run } = await import('./run.ts');

const code = await run(process.argv.slice(2), {
  cwd: process.cwd(),
  env: process.env,
  // Opened when somebody is asked something.
  get stdin() {
    return process.stdin;
  },
  stdout: process.stdout,
  stderr: process.stderr,
});
// What an extension left behind must not keep a command alive that is done. Its output has to be out, though.
for (const stream of [process.stdout, process.stderr])
  await new Promise((resolve) => stream.write('', resolve));
process.exit(code);
