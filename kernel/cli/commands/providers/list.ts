import { defineBuiltin } from '../../builtin.ts';

export default defineBuiltin({
  example: 'backplane providers list --capability payment',
  options: {
    capability: { type: 'string', value: 'name', description: 'Only instances of this capability' },
    json: { type: 'boolean', description: 'Print JSON' },
  },
  async run({ options, surroundings, terminal }) {
    const [{ providersAtHand }, { instancesOf, withoutInstance }, { reasonOf, stateText }, { invocation }] =
      await Promise.all([
        import('../../providers/at-hand.ts'),
        import('../../providers/choose-instances.ts'),
        import('../../providers/describe.ts'),
        import('../../invocation.ts'),
      ]);
    await using providers = await providersAtHand(surroundings, terminal);
    const instances = await instancesOf(providers.desk, options.capability);
    if (options.json) terminal.json(instances);
    else if (instances.length === 0) {
      terminal.print(
        'There is no instance. Name one in config/providers.ts, or keep one by "providers add".',
      );
    } else {
      const command = invocation(surroundings.env);
      const hasTenants = instances.some(({ tenant }) => tenant !== undefined);
      const { isRunning } = providers;
      terminal.table(
        instances.map((one) => [
          one.capability,
          one.instance,
          ...(hasTenants ? [one.tenant ?? ''] : []),
          one.driver,
          one.source,
          stateText(one.state, terminal),
          ...(isRunning ? [String(one.uses), one.uses === 0 ? '' : `${one.latency} ms`] : []),
          reasonOf(one, command),
        ]),
        [
          'CAPABILITY',
          'INSTANCE',
          ...(hasTenants ? ['TENANT'] : []),
          'DRIVER',
          'SOURCE',
          'STATE',
          ...(isRunning ? ['CALLS', 'LATENCY'] : []),
          'REASON',
        ],
      );
    }
    const unserved = await withoutInstance(providers.desk, instances, options.capability);
    if (unserved.length > 0)
      terminal.note(`Without an instance, so that calls are refused: ${unserved.join(', ')}.`);
    return 0;
  },
});
