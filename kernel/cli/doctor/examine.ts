import { messageOf } from '../../errors.ts';
import { missingPaths } from '../../roots.ts';
import type { Surroundings } from '../surroundings.ts';
import { type Survey, surveyApplication } from '../survey.ts';
import { type Finding, failed, ok, warning } from './check.ts';
import { checkDatabases } from './databases.ts';
import { checkMigrations } from './migrations.ts';
import { checkNode } from './node.ts';
import { findManagers } from './package-managers.ts';
import { checkPackages } from './packages.ts';
import { checkFolders, checkPort } from './place.ts';
import type { InstallStep } from './plan.ts';
import { checkSettings } from './settings.ts';
import { checkSystemPackages } from './system-packages.ts';

export interface Examination {
  readonly findings: readonly Finding[];
  /** What would install everything that is missing. */
  readonly steps: readonly InstallStep[];
}

/** Checks the machine and the application. Runs no code of extensions but the top level of their modules. */
export async function examine(surroundings: Surroundings): Promise<Examination> {
  const { cwd, env } = surroundings;
  const machine = [checkNode(process.version), ...checkFolders(cwd)];
  let survey: Survey;
  try {
    survey = await surveyApplication(surroundings);
  } catch (error) {
    return { findings: [...machine, failed('settings', messageOf(error))], steps: [] };
  }
  const { candidates, duplicates, selected, desired, settings, sources, warnings } = survey;
  const wanted = [...candidates.values()].filter(
    ({ name }) => selected.has(name) && !desired.isDisabled(name),
  );
  const manifests = wanted.flatMap(({ manifest }) => manifest ?? []);
  const packages = checkPackages(wanted);
  const system = await checkSystemPackages(manifests, findManagers(env, cwd));
  return {
    findings: [
      ...machine,
      ok('settings', "the kernel's own are valid"),
      await checkPort(settings, surroundings),
      ...(await checkDatabases(settings, sources, cwd)),
      ...(await checkMigrations(surroundings)),
      ...missingPaths(settings).map((message) => warning('extensions', message)),
      ...warnings.map((message) => failed('state', message)),
      ...duplicates.map(({ message }) => failed('extensions', message)),
      ...wanted.flatMap(({ name, fault }) => (fault ? [failed(name, fault.message)] : [])),
      ...packages.findings,
      ...system.findings,
      ...(await checkSettings(wanted, sources, cwd, settings.nodeEnv === 'production' ? [] : ['JWT_SECRET'])),
    ],
    steps: [...packages.steps, ...system.steps],
  };
}
