import { BackplaneError, didYouMean, isBackplaneError, ownersOf } from '../errors.ts';
import type { Logger } from '../log/index.ts';
import type { Catalog } from './catalog.ts';
import type { Generation } from './generation.ts';
import { type ExtensionRecord, stand } from './record.ts';
import { type Cause, describeCause, describeStandstill, type Failure } from './state.ts';

/** Notes on each extension's record what became of it, and says it once in the log. */
export class Report {
  readonly #catalog: Catalog;
  readonly #log: Logger;
  /** Aborted when the kernel stops: what is given up then is no failure worth an error. */
  readonly #closing: AbortSignal;

  constructor(catalog: Catalog, log: Logger, closing: AbortSignal) {
    this.#catalog = catalog;
    this.#log = log;
    this.#closing = closing;
  }

  /** @param sources fingerprint of the settings that the attempt was made with */
  failed(record: ExtensionRecord, failure: Failure, sources: string): void {
    record.lastFailure = failure;
    record.tried = { hash: record.hash, sources, rivals: rivalsIn(failure.error, record.name) };
    stand(record, { status: 'failed', failure });
    const serving = record.active ? `; generation ${record.active.generation} goes on serving` : '';
    // What the catalogue says is all there is to say; of anything else, the stack tells where it came from.
    const err = isBackplaneError(failure.error) ? failure.error.cause : failure.error;
    this.#log
      .child({ extension: record.name })
      [this.#closing.aborted ? 'debug' : 'error'](
        { phase: failure.phase, ...(err === undefined ? {} : { err }) },
        `${record.name} failed (${failure.phase})${serving}: ${failure.error.message}`,
      );
  }

  /** Its manifest is wrong, or its folder cannot be read; told once. */
  unreadable(record: ExtensionRecord, error: Error, sources: string): void {
    if (record.lastFailure?.error === error) return;
    const isRead = isBackplaneError(error) && error.code === 'MANIFEST_INVALID';
    this.failed(record, { phase: isRead ? 'manifest' : 'discover', error, at: new Date() }, sources);
  }

  blocked(record: ExtensionRecord, causes: readonly Cause[], sources: string): void {
    const before = describeStandstill(record.name, record.standstill);
    stand(record, { status: 'blocked', causes: this.#explain(causes) });
    // A fault of the graph is judged anew each time; settings are read by code that would have to be loaded again.
    if (causes.some(({ kind }) => kind === 'settings'))
      record.tried = { hash: record.hash, sources, rivals: [] };
    const now = describeStandstill(record.name, record.standstill);
    if (now !== before) this.#log.child({ extension: record.name }).warn(`${record.name} is blocked: ${now}`);
  }

  /** A change was left out, because it would have taken down something that serves. */
  refused(record: ExtensionRecord, causes: readonly Cause[], sources: string): void {
    const { name } = record;
    const reason = describeStandstill(name, { status: 'blocked', causes: this.#explain(causes) });
    const error = new BackplaneError('EXTENSION_HELD_BACK', { name, reason });
    const phase = causes.some(({ kind }) => kind === 'settings') ? 'settings' : 'graph';
    this.failed(record, { phase, error, at: new Date() }, sources);
  }

  /** What serves was to be reloaded for the sake of a dependency, which failed to. */
  heldBack({ name, active }: ExtensionRecord, causes: readonly Cause[]): void {
    const reason = causes.map((cause) => describeCause(name, cause)).join('; ');
    this.#log
      .child({ extension: name })
      .warn(`${name} is not reloaded, generation ${active?.generation} goes on serving: it ${reason}`);
  }

  active(record: ExtensionRecord, { generation, log }: Generation): void {
    record.lastFailure = undefined;
    record.tried = undefined;
    log.info(`${record.name} is active (generation ${generation})`);
  }

  /** It served and does not any more. Who was only blocked has been told of already. */
  stopped({ name, standstill }: ExtensionRecord): void {
    if (standstill.status !== 'disabled') return;
    this.#log.child({ extension: name }).info(`${name} is disabled: ${standstill.reason}`);
  }

  /** Its files have changed. If they are again as they serve, the attempt that failed is none any more. */
  edited(record: ExtensionRecord | undefined): void {
    if (!record?.lastFailure || record.active?.hash !== record.hash) return;
    record.lastFailure = undefined;
    record.tried = undefined;
    record.active.log.info(`${record.name} is again as it serves`);
  }

  disposed({ name, generation, log }: Generation, errors: readonly Error[]): void {
    const record = this.#catalog.get(name);
    if (record) record.unloadErrors = errors;
    for (const error of errors)
      log.error({ err: error }, `${name}, generation ${generation}: ${error.message}`);
  }

  /** A dependency that is not in the graph may still be known: then it is said why it does not run. */
  #explain(causes: readonly Cause[]): readonly Cause[] {
    return causes.map((cause) => {
      if (cause.kind !== 'missing') return cause;
      const record = this.#catalog.get(cause.dependency);
      if (!record) {
        const known = this.#catalog.all().map(({ name }) => name);
        return { ...cause, suggestion: didYouMean(cause.dependency, known) };
      }
      const because = `is ${record.standstill.status} (${describeStandstill(record.name, record.standstill)})`;
      return { kind: 'unavailable', dependency: cause.dependency, because };
    });
  }
}

/** The others in a conflict: when one of them changes or goes, the attempt is worth repeating. */
function rivalsIn(error: Error, name: string): readonly string[] {
  return ownersOf(error).filter((owner) => owner !== name);
}
