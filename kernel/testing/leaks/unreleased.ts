import type { Generation } from '../../extension/index.ts';
import type { LogRecord } from '../log-records.ts';
import type { Leak } from './leak.ts';

/**
 * What the kernel could not release when it disposed of extensions: an effect, a service, or what a `stop` that threw was
 * to end. The kernel says so in its log; where that is not written, the state of the generation tells that it happened.
 *
 * @param records what was logged
 * @param generations those that served last
 */
export function unreleased(
  records: readonly LogRecord[],
  generations: Iterable<Generation>,
): readonly Leak[] {
  const told = records.flatMap(({ extension, err, level, msg }): Leak[] => {
    const isOfDisposal = extension !== undefined && msg?.startsWith(`${extension}, generation `);
    return level === 'error' && err && isOfDisposal ? [{ extension, what: err.message, at: undefined }] : [];
  });
  const untold = [...generations]
    .filter(({ state }) => state === 'unload-failed')
    .filter(({ name }) => !told.some(({ extension }) => extension === name))
    .map(({ name }) => ({
      extension: name,
      what: 'something that its stop did not release',
      at: undefined,
    }));
  return [...told, ...untold];
}
