import { defineBuiltin } from '../builtin.ts';

export default defineBuiltin({
  example: 'backplane test blog',
  arguments: {
    extensions: { description: 'Names of extensions (default: all of the application)', variadic: true },
  },
  options: { grep: { type: 'string', value: 'text', description: 'Only tests whose names hold this text' } },
  async run({ args, options, surroundings }) {
    const { runTests } = await import('../run-tests.ts');
    return runTests({ names: args.extensions, grep: options.grep }, surroundings);
  },
});
