import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Variables } from '../../settings/index.ts';

/**
 * Finds a program on the PATH.
 * @returns its absolute path, `undefined` when there is none
 */
export function findExecutable(name: string, env: Variables): string | undefined {
  const endings = process.platform === 'win32' ? (env.PATHEXT ?? '.EXE;.CMD;.BAT').split(';') : [''];
  const folders = (env.PATH ?? env.Path ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.flatMap((folder) => endings.map((ending) => join(folder, name + ending))).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

export interface Outcome {
  /** 0 when it succeeded; 127 when it could not be started. */
  readonly code: number;
  readonly output: string;
}

/**
 * Runs a program to its end.
 *
 * @param words the program, absolute, and its arguments
 * @param echo where its output goes as it comes, besides being returned
 */
export function execute(
  words: readonly [string, ...string[]],
  { env, cwd, echo }: { env: Variables; cwd: string; echo?: (text: string) => void },
): Promise<Outcome> {
  const [program, ...rest] = words;
  // Only a shell can start the .cmd files of Windows; what a shell could misread is quoted.
  const shell = process.platform === 'win32' && /\.(cmd|bat)$/i.test(program);
  const quote = (word: string): string => (shell ? `"${word}"` : word);
  return new Promise((resolve) => {
    const child = spawn(quote(program), rest.map(quote), {
      cwd,
      env: { ...env },
      shell,
      stdio: [echo ? 'inherit' : 'ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const onData = (data: Buffer): void => {
      output += data.toString();
      echo?.(data.toString());
    };
    child.stdout?.on('data', onData);
    child.stderr?.on('data', onData);
    child.on('error', (error) => resolve({ code: 127, output: error.message }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}
