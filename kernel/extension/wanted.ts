import type { Sources } from '../settings/index.ts';
import type { Catalog } from './catalog.ts';
import type { Choice } from './choice.ts';
import type { Generation } from './generation.ts';
import { declaredNames, toGraphNode } from './manifest.ts';
import type { Planned } from './plan.ts';
import { stand } from './record.ts';
import type { Report } from './report.ts';

/** What says which extensions shall run. */
export interface WantedParts {
  readonly catalog: Catalog;
  readonly choice: Choice;
  readonly report: Report;
}

/** What shall run and is not known to fail: a failed attempt is not repeated before something of it changes. */
export function wantedOf(
  { catalog, choice, report }: WantedParts,
  changed: ReadonlySet<string>,
  sources: Sources,
): readonly Planned[] {
  const wanted = choice.wanted();
  return catalog.all().flatMap((record): Planned[] => {
    const { name, active, gone, tried, candidate, hash } = record;
    const serving = active ? [plannedOf(active)] : [];
    if (gone || !wanted.has(name)) {
      stand(record, { status: 'disabled', reason: gone ? 'its folder is gone' : choice.whyNot(name) });
      return [];
    }
    const { manifest, fault } = candidate;
    if (!manifest) {
      report.unreadable(record, fault, sources.fingerprint);
      return serving;
    }
    const isSame = tried?.hash === hash && tried.sources === sources.fingerprint;
    const concerns = [name, ...declaredNames(manifest), ...(tried?.rivals ?? [])];
    if (isSame && !concerns.some((one) => changed.has(one))) return serving;
    return [{ node: toGraphNode(manifest), hash }];
  });
}

/** What serves, as a plan speaks of it. */
export function plannedOf({ manifest, hash }: Generation): Planned {
  return { node: toGraphNode(manifest), hash };
}
