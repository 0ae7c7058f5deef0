import type { Manifest } from '../../extension/index.ts';
import { type Finding, failed, ok, warning } from './check.ts';
import type { PackageManager } from './package-managers.ts';
import type { InstallStep } from './plan.ts';

/** @returns what each extension's system packages look like, and how to install those that are missing */
export async function checkSystemPackages(
  manifests: readonly Manifest[],
  managers: readonly PackageManager[],
): Promise<{ readonly findings: readonly Finding[]; readonly steps: readonly InstallStep[] }> {
  const findings: Finding[] = [];
  const missing = new Map<PackageManager, Set<string>>();
  for (const { name, systemPackages } of manifests) {
    if (!systemPackages || Object.keys(systemPackages).length === 0) continue;
    const manager = managers.find((one) => systemPackages[one.name] !== undefined);
    if (!manager) {
      findings.push(warning(name, withoutManager(systemPackages, managers)));
      continue;
    }
    for (const systemPackage of systemPackages[manager.name] ?? []) {
      if (await manager.isInstalled(systemPackage)) {
        findings.push(ok(name, `${systemPackage} is installed (${manager.name})`));
      } else {
        findings.push(failed(name, `needs ${systemPackage}, which is not installed (${manager.name})`));
        missing.set(manager, (missing.get(manager) ?? new Set()).add(systemPackage));
      }
    }
  }
  const steps = [...missing].flatMap(([manager, names]) =>
    manager.install([...names]).map((words): InstallStep => ({ words })),
  );
  return { findings, steps };
}

function withoutManager(
  systemPackages: NonNullable<Manifest['systemPackages']>,
  managers: readonly PackageManager[],
): string {
  const named = Object.entries(systemPackages).map(([manager, names]) => `${names.join(', ')} (${manager})`);
  const here =
    managers.length === 0
      ? 'none of these managers is'
      : `only ${managers.map(({ name }) => name).join(', ')} is`;
  return `needs ${named.join(' or ')}, but ${here} on this machine. Install what it needs by hand`;
}
