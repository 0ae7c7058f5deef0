import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import semver from 'semver';
import type { Candidate } from '../../extension/discovery.ts';
import { isShared } from '../../extension/modules/packages.ts';
import { type Finding, failed, ok } from './check.ts';
import type { InstallStep } from './plan.ts';

interface Need {
  readonly extension: string;
  readonly range: string;
  /** Version that the extension would get, `undefined` when none is installed. */
  readonly installed: string | undefined;
}

/**
 * Checks the npm packages that manifests declare against what the extensions would get.
 *
 * @returns the findings, and how to install what is missing or too old; ranges that exclude each other are left to a person
 */
export function checkPackages(candidates: readonly Candidate[]): {
  readonly findings: readonly Finding[];
  readonly steps: readonly InstallStep[];
} {
  const needs = new Map<string, Need[]>();
  for (const { name: extension, folder, manifest } of candidates) {
    for (const [name, range] of Object.entries(manifest?.packages ?? {})) {
      const list = needs.get(name) ?? [];
      needs.set(name, list);
      list.push({ extension, range, installed: installedVersion(name, folder) });
    }
  }
  const findings: Finding[] = [];
  const specifiers: string[] = [];
  for (const [name, list] of needs) {
    const unmet = list.filter(
      ({ installed, range }) => installed === undefined || !satisfies(installed, range),
    );
    for (const { extension, range, installed } of list)
      if (installed !== undefined && satisfies(installed, range))
        findings.push(ok(extension, `${name} ${installed} is installed (${range})`));
    if (unmet.length === 0) continue;
    const conflict = conflictIn(list, unmet);
    if (conflict) {
      findings.push(failed(conflict[0].extension, describeConflict(name, conflict)));
      continue;
    }
    for (const { extension, range, installed } of unmet) {
      const found = installed === undefined ? 'it is not installed' : `${installed} is installed`;
      findings.push(failed(extension, `needs the package ${name} in ${range}, but ${found}`));
    }
    // npm takes several ranges for one package, and a version that satisfies all.
    specifiers.push(`${name}@${[...new Set(list.map(({ range }) => range))].join(' ')}`);
  }
  const steps: InstallStep[] = specifiers.length > 0 ? [{ words: ['npm', 'install', ...specifiers] }] : [];
  return { findings, steps };
}

/** Two extensions that share a place to look for packages, and want what no version is. */
function conflictIn(list: readonly Need[], unmet: readonly Need[]): readonly [Need, Need] | undefined {
  for (const one of unmet) {
    const other = list.find(({ range }) => !semver.intersects(one.range, range, { includePrerelease: true }));
    if (other) return [one, other];
  }
  return undefined;
}

function describeConflict(name: string, [one, other]: readonly [Need, Need]): string {
  return (
    `"${one.extension}" needs the package ${name} in ${one.range} and "${other.extension}" in ${other.range}: ` +
    `no version is both. Change one of the manifests, or install ${name} into the folder of one extension`
  );
}

function satisfies(version: string, range: string): boolean {
  return semver.satisfies(version, range, { includePrerelease: true });
}

/** What the extension would import: seen from its folder, else from the kernel's; shared packages always the kernel's. */
function installedVersion(name: string, folder: string): string | undefined {
  const above = isShared(name) ? undefined : versionAbove(name, folder);
  return above ?? versionAbove(name, import.meta.dirname);
}

function versionAbove(name: string, folder: string): string | undefined {
  try {
    const content: unknown = JSON.parse(
      readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8'),
    );
    if (typeof content === 'object' && content !== null && 'version' in content)
      return typeof content.version === 'string' ? content.version : undefined;
  } catch {
    // Not in this folder.
  }
  const parent = dirname(folder);
  return parent === folder ? undefined : versionAbove(name, parent);
}
