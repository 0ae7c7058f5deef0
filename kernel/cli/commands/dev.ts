import { defineBuiltin } from '../builtin.ts';

export default defineBuiltin({
  example: 'LOG_LEVEL=trace backplane dev',
  async run({ surroundings, terminal }) {
    const [{ serve }, { loadSources }] = await Promise.all([
      import('../serve.ts'),
      import('../../settings/index.ts'),
    ]);
    const { cwd, env } = surroundings;
    const { dotenv, config } = await loadSources({ root: cwd, env });
    const saysLevel = Boolean(env.LOG_LEVEL || dotenv.LOG_LEVEL || config.get('kernel')?.values.logLevel);
    const developing = {
      NODE_ENV: 'development',
      WATCH: 'true',
      ...(saysLevel ? {} : { LOG_LEVEL: 'debug' }),
    };
    return serve(surroundings, { ...env, ...developing }, terminal);
  },
});
