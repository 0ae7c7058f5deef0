import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type GraphNode, resolveGraph } from '../kernel/extension/graph.ts';
import { createSatisfies } from '../kernel/extension/manifest.ts';
import packageJson from '../package.json' with { type: 'json' };
import type { Progress } from './options.ts';
import { atMost, type Row, reported } from './report.ts';
import { writeSmallExtensions } from './small-extensions.ts';
import { median, medianRatio } from './statistics.ts';
import { packageFolder, Workspace } from './workspace.ts';

/** Start of a kernel with many small extensions, of the command, and the time that the graph takes. */
export async function measureBoot(progress: Progress): Promise<readonly Row[]> {
  return [...measureStarts(progress), measureGraph(progress), ...measureHelp(progress)];
}

function measureStarts({ quick, tell }: Progress): readonly Row[] {
  const samples = quick ? 3 : 15;
  tell(`boot: ${samples} rounds of one fresh process per figure`);
  using many = new Workspace();
  using few = new Workspace();
  using none = new Workspace();
  writeSmallExtensions(many, 1000);
  writeSmallExtensions(few, 100);

  const imported: number[] = [];
  const first: number[] = [];
  const second: number[] = [];
  const hundred: number[] = [];
  const empty: number[] = [];
  for (const [workspace, count] of [
    [few, 100],
    [none, 0],
  ] as const)
    startOnce('kernel', workspace, count);
  for (let sample = 1; sample <= samples; sample += 1) {
    rmSync(join(many.root, 'var'), { recursive: true, force: true });
    first.push(startOnce('kernel', many, 1000));
    imported.push(startOnce('import', many, 1000));
    second.push(startOnce('kernel', many, 1000));
    hundred.push(startOnce('kernel', few, 100));
    empty.push(startOnce('kernel', none, 0));
    tell(`  round ${sample} of ${samples}`);
  }
  // What the kernel itself takes is no cost of an extension: leaving it in would flatter the thousand.
  const each = (times: readonly number[], count: number): number[] =>
    times.map((time, round) => (time - (empty[round] ?? 0)) / count);
  return [
    atMost(
      'boot: second boot of 1,000 extensions ÷ import() of their files',
      medianRatio(second, imported),
      1,
      '× import()',
    ),
    reported('boot: second boot of 1,000 extensions, ms', median(second)),
    reported('boot: import() of their files, ms', median(imported)),
    reported('boot: first boot of 1,000 extensions, ms', median(first)),
    atMost(
      'boot: cost per extension at 1,000 ÷ at 100',
      medianRatio(each(second, 1000), each(hundred, 100)),
      1.2,
      '× at 100',
    ),
  ];
}

function startOnce(way: 'kernel' | 'import', { root }: Workspace, count: number): number {
  const output = run([join(import.meta.dirname, 'boot-once.ts'), way, root, String(count)]);
  return JSON.parse(output).took;
}

/** Runs Node to its end. @returns standard output */
function run(args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    env: { ...process.env, NODE_ENV: 'production', LOG_LEVEL: 'silent' },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with exit code ${status}: ${stderr}`);
  return stdout;
}

function measureGraph({ quick }: Progress): Row {
  const nodes = graphOf(10_000, 5);
  const times: number[] = [];
  for (let sample = 0; sample < (quick ? 3 : 21); sample += 1) {
    const started = performance.now();
    const { order, blocked } = resolveGraph(nodes, createSatisfies());
    times.push(performance.now() - started);
    if (order.length !== nodes.length || blocked.size > 0) throw new Error('The graph was not resolved.');
  }
  return atMost('boot: resolving 10,000 extensions with 50,000 dependencies, ms', median(times), 100, 'ms');
}

/** Nodes of which all but the first few require so many earlier ones, in several versions and ranges. */
function graphOf(count: number, requirements: number): readonly GraphNode[] {
  const ranges = ['^1.0.0', '>=1.0.0', '1.x', '~1.2.0 || ^1.0.0'];
  const nameOf = (index: number): string => `extension-${index}`;
  const nodes = Array.from({ length: count }, (_, index) => {
    // So many more for the later ones that there are 50,000 although the first ones have nothing to require.
    const wanted = index < requirements * 2 ? 0 : requirements + (index % 999 === 0 ? requirements : 0);
    const names = new Set<number>();
    for (let step = 1; names.size < wanted; step += 1) names.add((index * 7919 + step * 104_729) % index);
    const requires = [...names].map((at) => ({ name: nameOf(at), range: ranges[at % ranges.length] ?? '*' }));
    return { name: nameOf(index), version: `1.2.${index % 10}`, requires };
  });
  // Dependents first: an order that is given already would be no work.
  return nodes.toReversed();
}

function measureHelp({ quick }: Progress): readonly Row[] {
  const main = join(packageFolder, packageJson.bin.backplane);
  const timed = (args: readonly string[]): number => {
    const started = performance.now();
    run(args);
    return performance.now() - started;
  };
  const help: number[] = [];
  const bare: number[] = [];
  for (let sample = 0; sample < (quick ? 5 : 31); sample += 1) {
    bare.push(timed(['--eval', '0']));
    help.push(timed([main, '--help']));
  }
  return [
    atMost('boot: backplane --help ÷ start of bare Node', medianRatio(help, bare), 2.5, '× bare Node'),
    reported('boot: backplane --help, ms', median(help)),
  ];
}
