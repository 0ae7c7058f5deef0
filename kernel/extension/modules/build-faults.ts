import type { BuildFailure, Message } from 'esbuild';
import { BackplaneError } from '../../errors.ts';
import { PlacelessFault } from './import-plugin.ts';

/** Whether it is esbuild's list of what is wrong with the sources. */
export const isBuildFailure = (error: unknown): error is BuildFailure =>
  error instanceof Error && 'errors' in error && Array.isArray(error.errors) && error.errors.length > 0;

/** Everything esbuild found wrong in the extension's files, as errors of the catalogue. */
export const faultsOf = (owner: string, failure: BuildFailure): readonly BackplaneError[] =>
  failure.errors.map((message) => faultOf(owner, message));

function faultOf(owner: string, message: Message): BackplaneError {
  const at = placeOf(message);
  const detail: unknown = message.detail;
  if (detail instanceof PlacelessFault) return detail.at(at);
  if (message.id === 'unsupported-dynamic-import')
    return new BackplaneError('MODULE_IMPORT_VARIABLE', { owner, at });
  const [, from, name] = /^No matching export in "(.+)" for import "(.+)"$/.exec(message.text) ?? [];
  if (from !== undefined && name !== undefined) {
    const [, nearest] = /Did you mean to import "(.+)"/.exec(message.notes[0]?.text ?? '') ?? [];
    const suggestion = nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
    return new BackplaneError('MODULE_EXPORT_MISSING', { owner, at, from, name, suggestion });
  }
  const reason = [message.text, ...message.notes.map((note) => note.text)].join(' ');
  return new BackplaneError('MODULE_SYNTAX', { owner, at, reason });
}

function placeOf({ location }: Message): string {
  return location === null ? 'index.ts' : `${location.file}:${location.line}:${location.column + 1}`;
}
