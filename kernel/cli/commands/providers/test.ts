import { defineBuiltin } from '../../builtin.ts';

export default defineBuiltin({
  example: 'backplane providers test payment/stripe-eu',
  arguments: {
    instance: { optional: true, description: 'CAPABILITY/INSTANCE; all of them if left out' },
  },
  options: {
    capability: { type: 'string', value: 'name', description: 'All instances of this capability' },
    tenant: { type: 'string', value: 'id', description: 'Whose instance it is' },
    json: { type: 'boolean', description: 'Print JSON' },
  },
  async run({ args, options, surroundings, terminal }) {
    const [
      { providersAtHand },
      { instancesOf },
      { findingOf, outcomeText },
      { instanceWord, readInstanceWord },
    ] = await Promise.all([
      import('../../providers/at-hand.ts'),
      import('../../providers/choose-instances.ts'),
      import('../../providers/describe.ts'),
      import('../../providers/instance-word.ts'),
    ]);
    const one = args.instance === undefined ? undefined : readInstanceWord(args.instance, options.tenant);
    await using providers = await providersAtHand(surroundings, terminal);
    const { desk } = providers;
    const all = one ? [one] : await instancesOf(desk, options.capability);
    const chosen = all.filter(({ tenant }) => options.tenant === undefined || tenant === options.tenant);
    const tests = await Promise.all(chosen.map((ref) => desk.test(ref)));
    if (options.json) terminal.json(tests);
    else if (tests.length === 0) terminal.print('There is no instance to test.');
    else {
      terminal.table(
        tests.map((test) => [
          instanceWord(test) + (test.tenant === undefined ? '' : ` (${test.tenant})`),
          test.driver,
          outcomeText(test.outcome, terminal),
          findingOf(test),
        ]),
        ['INSTANCE', 'DRIVER', 'OUTCOME', 'FINDING'],
      );
    }
    return tests.some(({ outcome }) => outcome === 'failed' || outcome === 'invalid') ? 1 : 0;
  },
});
