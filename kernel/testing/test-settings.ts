import type { ConfigFile, Sources, Variables } from '../settings/index.ts';
import type { Files } from './write-files.ts';

/** Settings by extension, as the option `settings` of a test kernel gives them. */
export type TestSettings = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Everything is logged, for `kernel.logs`; nothing is printed. */
export function environment(): Variables {
  const { NODE_V8_COVERAGE } = process.env;
  return {
    NODE_ENV: 'test',
    HOST: '127.0.0.1',
    PORT: '0',
    WATCH: 'false',
    LOG_LEVEL: 'trace',
    DATABASE_URL: 'sqlite::memory:',
    ...(NODE_V8_COVERAGE === undefined ? {} : { NODE_V8_COVERAGE }),
  };
}

/** What the test gives as `settings` stands in files that nobody has written: messages speak of the option instead. */
export function withTestSettings(sources: Sources, settings: object): Sources {
  const config = [...sources.config].map(([name, file]): [string, ConfigFile] => [
    name,
    name in settings ? { ...file, file: `the test's "settings" of "${name}"` } : file,
  ]);
  return { ...sources, config: new Map(config) };
}

export function configFiles(settings: TestSettings = {}): Files {
  return Object.fromEntries(
    Object.entries(settings).map(([name, values]) => [
      `config/${name}.ts`,
      `export default ${JSON.stringify(values, null, 2)};\n`,
    ]),
  );
}
