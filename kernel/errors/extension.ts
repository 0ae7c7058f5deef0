import { didYouMean } from './did-you-mean.ts';
import { type Entry, ended, entry, quoted } from './entry.ts';

/** What can go wrong with an extension: finding, loading, testing it. */
export const extensionErrors = {
  // --- extension -----------------------------------------------------------------------------------------
  MANIFEST_INVALID: entry<{ file: string; faults: readonly string[] }>(
    ({ file, faults }) => ended(`${file}: ${faults.join('; ')}`),
    422,
  ),
  EXTENSION_UNREADABLE: entry<{ folder: string; reason: string }>(
    ({ folder, reason }) =>
      `The extension in ${folder} cannot be read: ${reason}. Mend or remove the file or link that it names.`,
    422,
  ),
  EXTENSION_TOO_LARGE: entry<{ folder: string; what: string }>(
    ({ folder, what }) =>
      `The extension in ${folder} has more than ${what}. All of them are read to notice changes: keep data in its var/, or elsewhere, and do not link large folders into it.`,
    422,
  ),
  EXTENSION_DUPLICATE: entry<{ name: string; folders: readonly string[] }>(
    ({ name, folders }) =>
      `The extension "${name}" was found in ${folders.join(' and in ')}. The first is used; rename or remove the other.`,
    409,
  ),
  EXTENSION_NOT_FOUND: entry<{ name: string; known: readonly string[] }>(
    ({ name, known }) =>
      `There is no extension "${name}".${known.length === 0 ? ' No extension was found at all; look at EXTENSION_PATHS.' : didYouMean(name, known)}`,
    404,
  ),
  EXTENSION_NOT_SELECTED: entry<{ name: string }>(
    ({ name }) => `EXTENSIONS leaves "${name}" out. Change that variable and start again.`,
    409,
  ),
  EXTENSION_HAS_DEPENDENTS: entry<{ name: string; dependents: readonly string[] }>(
    ({ name, dependents }) =>
      `"${name}" is needed by ${quoted(dependents)}. Disable those first, or add --cascade (over HTTP: ?cascade=true).`,
    409,
  ),
  EXTENSION_DISABLED: entry<{ name: string; reason: string }>(
    ({ name, reason }) =>
      `"${name}" is disabled (${reason}), so it is not loaded. "backplane extension enable ${name}" brings it back.`,
    409,
  ),
  EXTENSION_BLOCKED: entry<{ name: string; reason: string }>(
    ({ name, reason }) => ended(`"${name}" is blocked: ${reason}`),
    409,
  ),
  EXTENSION_HELD_BACK: entry<{ name: string; reason: string }>(
    ({ name, reason }) => `The change of "${name}" is held back, because it ${reason}.`,
    409,
  ),
  EXTENSION_FAILED: entry<{ name: string; phase: string; reason: string; serving: boolean }>(
    ({ name, phase, reason, serving }) =>
      `"${name}" failed (${phase})${serving ? '; the generation before goes on serving' : ''}: ${reason}`,
    422,
  ),
  EXTENSION_TIMEOUT: entry<{ extension: string; what: string; milliseconds: number }>(
    ({ extension, what, milliseconds }) =>
      `${what} of extension "${extension}" took longer than ${milliseconds} ms. Set "timeouts" in its manifest if it needs longer.`,
    422,
  ),
  EXTENSION_UNHEALTHY: entry<{ name: string }>(
    ({ name }) =>
      `The health check of "${name}" returned false. Throw an error there that says what is wrong.`,
    503,
  ),
  BOOT_ABORTED: entry<{ name: string; reason: string }>(
    ({ name, reason }) => `The extension "${name}" must run ("onFailure": "abort") and does not: ${reason}`,
  ),
  KERNEL_STOPPING: entry<Record<never, never>>(
    () => 'The kernel is stopping; no extension is loaded any more.',
    409,
  ),
  GENERATION_GONE: entry<{ extension: string }>(
    ({ extension }) => `This generation of extension "${extension}" has been disposed of.`,
  ),
  EFFECT_TOO_LATE: entry<{ extension: string; effect: string }>(
    ({ extension, effect }) =>
      `Extension "${extension}" acquires the effect "${effect}" after its generation was disposed of. Look at "effects.signal" in long-running work.`,
  ),
  ILLEGAL_STATE: entry<{ extension: string; from: string; to: string }>(
    ({ extension, from, to }) =>
      `A generation of extension "${extension}" cannot go from "${from}" to "${to}".`,
  ),

  // --- extension/modules ---------------------------------------------------------------------------------
  MODULE_SYNTAX: entry<{ owner: string; at: string; reason: string }>(
    ({ owner, at, reason }) => `Extension "${owner}", ${at}: ${reason}`,
    422,
  ),
  MODULE_EXPORT_MISSING: entry<{ owner: string; at: string; from: string; name: string; suggestion: string }>(
    ({ owner, at, from, name, suggestion }) =>
      `Extension "${owner}", ${at}: ${from} has no export named "${name}".${suggestion}`,
    422,
  ),
  MODULE_FILE_MISSING: entry<{ owner: string; at: string; specifier: string; suggestion: string }>(
    ({ owner, at, specifier, suggestion }) =>
      `Extension "${owner}", ${at}: there is no file "${specifier}" (imports name the file with its ending).${suggestion}`,
    422,
  ),
  MODULE_FILE_UNKNOWN: entry<{ owner: string; file: string; suggestion: string }>(
    ({ owner, file, suggestion }) =>
      `Extension "${owner}" has no file "${file}" that a registry may collect.${suggestion}`,
  ),
  MODULE_KIND_UNKNOWN: entry<{ owner: string; at: string; file: string }>(
    ({ owner, at, file }) =>
      `Extension "${owner}", ${at}: "${file}" cannot be imported so. Import .ts, .mts, .js, .mjs and .cjs files plainly, .json files "with { type: 'json' }", and read other files with node:fs.`,
    422,
  ),
  MODULE_IMPORT_OUTSIDE: entry<{ owner: string; at: string; specifier: string }>(
    ({ owner, at, specifier }) =>
      `Extension "${owner}", ${at}: the import of "${specifier}" leaves the extension's folder. Import "backplane", a package, or the index.ts of an extension that the manifest declares; for types alone, write "import type".`,
    422,
  ),
  MODULE_IMPORT_IGNORED: entry<{ owner: string; at: string; file: string }>(
    ({ owner, at, file }) =>
      `Extension "${owner}", ${at}: "${file}" is no part of the running extension (node_modules, test, var and dot files are not), so its changes would not be seen. Move it, or import a package by its name.`,
    422,
  ),
  MODULE_IMPORT_VARIABLE: entry<{ owner: string; at: string }>(
    ({ owner, at }) =>
      `Extension "${owner}", ${at}: import() needs a literal path, since only files known beforehand are loaded anew with the extension. List them, as in { de: () => import('./de.ts') }.`,
    422,
  ),
  MODULE_PACKAGE_MISSING: entry<{ owner: string; at: string; package: string }>(
    ({ owner, at, package: name }) =>
      `Extension "${owner}", ${at}: the package "${name}" is not installed. Run "npm install ${name}" in the application or in the extension's folder, and name it under "packages" in the manifest.`,
    422,
  ),
  MODULE_PACKAGE_FAILED: entry<{ owner: string; at: string; specifier: string; reason: string }>(
    ({ owner, at, specifier, reason }) =>
      `Extension "${owner}", ${at}: importing "${specifier}" failed: ${reason}`,
    422,
  ),
  MODULE_NEIGHBOUR_UNDECLARED: entry<{ owner: string; at: string; neighbour: string }>(
    ({ owner, at, neighbour }) =>
      `Extension "${owner}", ${at}: imports the extension "${neighbour}", which its manifest does not declare. Name it under "dependencies" there, so that it is loaded first.`,
    422,
  ),
  MODULE_NEIGHBOUR_MISSING: entry<{ owner: string; at: string; neighbour: string }>(
    ({ owner, at, neighbour }) =>
      `Extension "${owner}", ${at}: imports the extension "${neighbour}", which has no index.ts or, being an optional dependency, is not active. Give it an index.ts, or import it only where it is needed: await import('ext:${neighbour}').`,
    422,
  ),
  MODULE_THREW: entry<{ owner: string; at: string; reason: string }>(
    ({ owner, at, reason }) => `Extension "${owner}", ${at}: threw while it was evaluated: ${reason}`,
    422,
  ),
  MODULE_TIMEOUT: entry<{ owner: string; file: string; limit: number }>(
    ({ owner, file, limit }) =>
      `Extension "${owner}", ${file}: evaluation did not end within ${limit} ms. Does an "await" at its top level wait for something that never comes? Move the work to boot().`,
    422,
  ),
  MODULE_CACHE_UNWRITABLE: entry<{ folder: string; reason: string }>(
    ({ folder, reason }) =>
      `Built extensions cannot be kept in ${folder} (${reason}); they are built again at each start. Make the folder writable.`,
  ),

  // --- testing -------------------------------------------------------------------------------------------
  TEST_EXTENSION_NOT_FOUND: entry<{ extension: string; tried: readonly string[] }>(
    ({ extension, tried }) =>
      `There is no extension "${extension}" to test: no manifest.json in ${tried.join(', ')}. ` +
      'Give the path of its folder, and "from: import.meta.url" for one relative to the test file.',
  ),
  CLOCK_STUCK: entry<Record<never, never>>(
    () =>
      'The test waits for something that no timer of its virtual clock brings about. Does anything use real time?',
  ),
  CONDITION_TIMEOUT: entry<{ timeout: number; reason: string }>(
    ({ timeout, reason }) => `What the test waits for did not come within ${timeout} ms: ${reason}`,
  ),
  LEAK_FOUND: entry<{
    leaks: readonly { extension: string; what: string; at: string | undefined }[];
  }>(
    ({ leaks }) =>
      `The kernel has stopped, but something of its extensions is left:\n${leaks
        .map(
          ({ extension, what, at }) => `  - "${extension}": ${what}${at === undefined ? '' : `, from ${at}`}`,
        )
        .join('\n')}\nAcquire it in "boot" through "effects" (interval, acquire, add), or end it in "stop".`,
  ),
} satisfies Record<string, Entry<never>>;
