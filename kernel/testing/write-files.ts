import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Contents by relative path. Objects are written as JSON. */
export type Files = Readonly<Record<string, string | object>>;

/** Writes files below a folder, with the folders that they lie in. */
export function writeFiles(folder: string, files: Files): void {
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`);
  }
}

/** Options for `rm`: files may still be in use for a moment on some systems. */
export const thoroughly = { recursive: true, force: true, maxRetries: 5 } as const;
