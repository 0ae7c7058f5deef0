import { defineBuiltin } from '../builtin.ts';

export default defineBuiltin({
  example: 'backplane doctor --install',
  options: {
    install: { type: 'boolean', description: 'Run the commands that install what is missing' },
    json: { type: 'boolean', description: 'Print JSON' },
  },
  async run({ options, surroundings, terminal }) {
    const [{ examine }, { commandLine, runPlan }] = await Promise.all([
      import('../doctor/examine.ts'),
      import('../doctor/plan.ts'),
    ]);
    let found = await examine(surroundings);
    let installed = true;
    if (options.install && found.steps.length > 0) {
      installed = await runPlan(found.steps, surroundings, terminal);
      found = await examine(surroundings);
    }
    const { findings, steps } = found;
    const isFailed = !installed || findings.some(({ status }) => status === 'failed');
    const plan = steps.map(commandLine);
    if (options.json) terminal.json({ ok: !isFailed, findings, plan });
    else {
      const colours = { ok: 'green', warning: 'yellow', failed: 'red' } as const;
      terminal.table(
        findings.map(({ status, subject, message }) => [
          terminal.style(colours[status], status),
          subject,
          message.replaceAll('\n', '\n    '),
        ]),
      );
      if (plan.length > 0) {
        terminal.print();
        terminal.print('To install what is missing ("backplane doctor --install" runs it):');
        for (const line of plan) terminal.print(`  ${line}`);
      }
    }
    return isFailed ? 1 : 0;
  },
});
