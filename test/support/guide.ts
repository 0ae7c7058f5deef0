import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { writeFiles } from '../../kernel/testing/write-files.ts';

const packageFolder = resolve(import.meta.dirname, '../..');

/** What the command `backplane` runs. */
export const cli = join(packageFolder, 'kernel/cli/main.mjs');

/** @param path from the package's folder: `docs/data.md` */
export function readGuide(path: string): string {
  return readFileSync(join(packageFolder, path), 'utf8');
}

/** The files of a guide: each is a code block below its path. */
export function filesOf(guide: string): Record<string, string> {
  const blocks = guide.matchAll(/^`([^`\n]+\/[^`\n]+)`\n\n```\w+\n(.*?)^```$/gms);
  return Object.fromEntries([...blocks].map(([, path = '', content = '']) => [path, content]));
}

/** An application with the files of a guide. */
export interface GuideApplication extends Disposable {
  readonly path: string;
  /** Runs Node in its folder. @returns standard output */
  readonly run: (...given: string[]) => Promise<string>;
}

/** An application with the files of a guide, in which `backplane` and chai are installed. */
export function installGuide(guide: string, environment: Readonly<Record<string, string>>): GuideApplication {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'backplane-guide-')));
  writeFiles(path, { 'package.json': { type: 'module' }, ...filesOf(guide) });
  mkdirSync(join(path, 'node_modules'));
  symlinkSync(packageFolder, join(path, 'node_modules/backplane'), 'junction');
  symlinkSync(join(packageFolder, 'node_modules/chai'), join(path, 'node_modules/chai'), 'junction');
  const env = { PATH: process.env.PATH, PORT: '0', ...environment };
  return {
    path,
    run: async (...given) =>
      (await promisify(execFile)(process.execPath, ['--no-warnings', ...given], { cwd: path, env })).stdout,
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  };
}
