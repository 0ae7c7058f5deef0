// npm run bench [NAME…] [-- --json] [--quick]

import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { measureAuth } from './auth.ts';
import { measureBoot } from './boot.ts';
import { measureData } from './data.ts';
import { measureHttp } from './http.ts';
import type { Progress } from './options.ts';
import { measureProviders } from './providers.ts';
import { measureReload } from './reload.ts';
import { type Row, table } from './report.ts';
import { measureResources } from './resources.ts';

const benchmarks: Readonly<Record<string, (progress: Progress) => Promise<readonly Row[]>>> = {
  http: measureHttp,
  boot: measureBoot,
  reload: measureReload,
  data: measureData,
  providers: measureProviders,
  auth: measureAuth,
  resources: measureResources,
};

const { values, positionals } = parseArgs({
  options: { json: { type: 'boolean', default: false }, quick: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const names = positionals.length > 0 ? positionals : Object.keys(benchmarks);
const unknown = names.filter((name) => !Object.hasOwn(benchmarks, name));
if (unknown.length > 0) {
  console.error(
    `There is no benchmark "${unknown.join('", "')}"; there are ${Object.keys(benchmarks).join(', ')}.`,
  );
  process.exit(2);
}

// Standard output is for the results alone.
const tell = (text: string): void => console.error(text);
tell(`Node ${process.version}, ${availableParallelism()} cores, ${process.platform} ${process.arch}`);
const rows: Row[] = [];
for (const name of names) rows.push(...((await benchmarks[name]?.({ quick: values.quick, tell })) ?? []));
// Whether targets hold is in the rows: a benchmark that ran has not failed.
console.log(values.json ? JSON.stringify(rows) : table(rows));
