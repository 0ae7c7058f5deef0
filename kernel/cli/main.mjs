#!/usr/bin/env node
// The same program as main.ts. Started through plain JavaScript that any Node reads, so that the wrong one is told
// what is the matter, and so that not even that file has to be stripped of its types.

const major = Number(process.versions.node.split('.')[0]);

if (major < 24) {
  refuse(
    `Backplane needs Node 24 or newer, and this is ${process.version}. In its folder, "npm start" and "npm run backplane -- COMMAND" bring the right one; else install a newer Node.`,
  );
} else if (/[\\/]node_modules[\\/]/.test(import.meta.dirname)) {
  refuse(
    `Backplane cannot run from node_modules (${import.meta.dirname}): Node strips no types there. Clone its repository and put your extensions into its folder extensions/, or into folders that EXTENSION_PATHS names.`,
  );
} else {
  await import('./compile-cache.mjs');
  await import('./main.ts');
}

function refuse(reason) {
  console.error(reason);
  process.exitCode = 1;
}
