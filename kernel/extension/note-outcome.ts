import type { Catalog } from './catalog.ts';
import { strayFolders } from './collect.ts';
import type { Plan } from './plan.ts';
import type { Report } from './report.ts';
import type { Staging } from './staging.ts';
import type { Published } from './transaction.ts';

interface Notes {
  readonly catalog: Catalog;
  readonly report: Report;
}

/** Notes what a plan leaves out, and why. @param fingerprint of the settings that it was made with */
export function notePlan(plan: Plan, { catalog, report }: Notes, fingerprint: string): void {
  for (const [name, causes] of plan.blocked) report.blocked(catalog.known(name), causes, fingerprint);
  for (const [name, causes] of plan.refused) report.refused(catalog.known(name), causes, fingerprint);
}

/** How a transaction ended. */
export interface Outcome extends Notes {
  readonly staging: Staging;
  /** `undefined` when nothing was. */
  readonly published: Published | undefined;
  /** Names of those that were taken away. */
  readonly drop: ReadonlySet<string>;
  /** Of the settings that it was made with. */
  readonly fingerprint: string;
}

/** Notes what became of each extension of a transaction: on its record, and in the log. */
export function noteOutcome({ staging, published, drop, catalog, report, fingerprint }: Outcome): void {
  for (const [name, failure] of staging.failures) report.failed(catalog.known(name), failure, fingerprint);
  for (const [name, causes] of staging.blocked) {
    const record = catalog.known(name);
    if (!record.active) report.blocked(record, causes, fingerprint);
    else if (causes.some(({ kind }) => kind === 'settings')) report.refused(record, causes, fingerprint);
    else report.heldBack(record, causes);
  }
  if (!published) return;
  for (const generation of published.replaced) catalog.known(generation.name).draining.add(generation);
  for (const name of drop) report.stopped(catalog.known(name));
  const registries = published.snapshot.active.registries.map(({ registry }) => registry);
  for (const generation of staging.generations.values()) {
    report.active(catalog.known(generation.name), generation);
    for (const warning of strayFolders(generation, registries)) generation.log.warn(warning);
  }
}
