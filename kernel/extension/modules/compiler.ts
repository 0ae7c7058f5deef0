import { type BuildOptions, type BuildResult, build, stop } from 'esbuild';
import { messageOf } from '../../errors.ts';

/** Options under which everything that is built comes back in memory. */
export type CompileOptions = BuildOptions & { readonly write: false; readonly metafile: true };

const ATTEMPTS = 4;

/**
 * Runs esbuild. Its compiler is a process of its own, which may be killed while this one lives on, and esbuild does not
 * start another by itself.
 */
export async function compile(options: CompileOptions): Promise<BuildResult<CompileOptions>> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await build(options);
    } catch (error) {
      const reason = messageOf(error);
      const stopped = reason.includes('service was stopped');
      const dead = reason.includes('service is no longer running');
      if (attempt === ATTEMPTS || (!stopped && !dead)) throw error;
      // It ends what other builds may have started meanwhile: they find it stopped and try again.
      if (dead) await stop();
    }
  }
}
