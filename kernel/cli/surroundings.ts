import type { Variables } from '../settings/index.ts';

/** What a command is run in; tests run it in others than the process's own. */
export interface Surroundings {
  /** Folder of the application, absolute. */
  readonly cwd: string;
  readonly env: Variables;
  /** Where people answer, if somebody can be asked. */
  readonly stdin?: NodeJS.ReadableStream;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
}

/** `0`: done; `1`: failed; `2`: called in a wrong way. */
export type ExitCode = 0 | 1 | 2;
