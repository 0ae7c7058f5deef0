/** Loaded by mocha in the process that runs the tests of extensions: a run in which no test ran is told, not only counted. */

let hasRun = false;

export const mochaHooks = {
  beforeAll(): void {
    hasRun = true;
  },
};

process.on('exit', () => {
  const asked = process.argv.indexOf('--fgrep');
  const grep = asked === -1 ? '' : ` Has one of them "${process.argv[asked + 1]}" in its name?`;
  if (!hasRun) process.stderr.write(`No test ran.${grep}\n`);
});
