import type { Surroundings } from '../surroundings.ts';
import type { Terminal } from '../terminal.ts';
import { execute, findExecutable } from './executables.ts';

/** One command that installs something; run in the folder of the application. */
export interface InstallStep {
  readonly words: readonly [string, ...string[]];
}

/** The command as it can be typed into a shell. */
export function commandLine({ words }: InstallStep): string {
  return words
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(' ');
}

/**
 * Runs the plan, printing each command before it. Ends at the first that fails.
 * @returns whether all succeeded
 */
export async function runPlan(
  steps: readonly InstallStep[],
  { env, cwd, stderr }: Surroundings,
  terminal: Terminal,
): Promise<boolean> {
  for (const step of steps) {
    terminal.note(`$ ${commandLine(step)}`);
    const [program, ...rest] = step.words;
    const found = findExecutable(program, env);
    if (found === undefined) {
      terminal.note(`"${program}" is not on the PATH. Run the command where it is, as a user who may.`);
      return false;
    }
    const { code } = await execute([found, ...rest], { env, cwd, echo: (text) => void stderr.write(text) });
    if (code !== 0) {
      terminal.note(`That command ended with exit code ${code}; what comes after it was not run.`);
      return false;
    }
  }
  return true;
}
