import { relative, sep } from 'node:path';
import { watch } from 'chokidar';

export interface SettingsWatcherOptions {
  /** Folder of the application. */
  readonly root: string;
  /** `.env` or something in `config/` was saved, created or deleted. */
  readonly onChange: () => Promise<void>;
  readonly onError: (error: unknown) => void;
  /** Milliseconds without an event before a change counts as settled: editors write in parts. */
  readonly quiet?: number;
}

export interface SettingsWatcher extends AsyncDisposable {
  /** Resolves when every change from now on will be noticed, or when it is disposed of before. */
  readonly ready: Promise<void>;
}

/** Watches the files that settings are read from. The folder is watched, so that they may be created later. */
export function watchSettings({
  root,
  onChange,
  onError,
  quiet = 60,
}: SettingsWatcherOptions): SettingsWatcher {
  const isIgnored = (path: string): boolean => {
    const inside = relative(root, path);
    return !['', '.env', 'config'].includes(inside) && !inside.startsWith(`config${sep}`);
  };
  const watcher = watch(root, { depth: 1, ignoreInitial: true, ignored: isIgnored });
  const ready = Promise.withResolvers<void>();
  watcher.once('ready', ready.resolve);
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();
  const flush = (): void => {
    running = running.then(onChange).catch(onError);
  };
  watcher.on('error', onError).on('all', () => {
    clearTimeout(timer);
    timer = setTimeout(flush, quiet);
  });
  return {
    ready: ready.promise,
    async [Symbol.asyncDispose]() {
      await watcher.close();
      ready.resolve();
      clearTimeout(timer);
      await running;
    },
  };
}
