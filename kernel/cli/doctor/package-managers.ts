import type { Manifest } from '../../extension/index.ts';
import type { Variables } from '../../settings/index.ts';
import { execute, findExecutable } from './executables.ts';

export type ManagerName = keyof NonNullable<Manifest['systemPackages']>;

/** A package manager of the operating system. */
export interface PackageManager {
  readonly name: ManagerName;
  isInstalled(systemPackage: string): Promise<boolean>;
  /** The command lines that install packages, as they can be typed. */
  install(systemPackages: readonly string[]): readonly (readonly [string, ...string[]])[];
}

interface ManagerShape {
  readonly name: ManagerName;
  /** Programs that must be on the PATH; the first answers whether something is installed. */
  readonly programs: readonly [string, ...string[]];
  readonly query: (systemPackage: string) => readonly string[];
  /** Is it installed, from what the query printed? Where left out, its success says so. */
  readonly reads?: (output: string, systemPackage: string) => boolean;
  readonly install: (systemPackages: readonly string[]) => readonly (readonly [string, ...string[]])[];
  /** Only the administrator may install. */
  readonly privileged: boolean;
}

/** What winget would ask for otherwise. */
const winget = ['--accept-package-agreements', '--accept-source-agreements'];

/** The managers in the order in which they are preferred where a machine has several. */
const shapes: readonly ManagerShape[] = [
  {
    name: 'apt',
    programs: ['dpkg-query', 'apt-get'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own placeholder
    query: (name) => ['--show', '--showformat', '${db:Status-Status}', name],
    reads: (output) => output.trim() === 'installed',
    install: (names) => [['apt-get', 'install', '--yes', ...names]],
    privileged: true,
  },
  {
    name: 'brew',
    programs: ['brew'],
    query: (name) => ['list', '--versions', name],
    install: (names) => [['brew', 'install', ...names]],
    privileged: false,
  },
  {
    name: 'winget',
    programs: ['winget'],
    query: (name) => ['list', '--exact', '--id', name],
    install: (names) => names.map((name) => ['winget', 'install', '--exact', '--id', name, ...winget]),
    privileged: false,
  },
  {
    name: 'choco',
    programs: ['choco'],
    query: (name) => ['list', '--exact', '--limit-output', name],
    reads: (output, name) =>
      output
        .toLowerCase()
        .split(/\r?\n/)
        .some((line) => line.startsWith(`${name.toLowerCase()}|`)),
    install: (names) => [['choco', 'install', '--yes', ...names]],
    privileged: false,
  },
  {
    name: 'snap',
    programs: ['snap'],
    query: (name) => ['list', name],
    install: (names) => names.map((name) => ['snap', 'install', name]),
    privileged: true,
  },
];

/**
 * The package managers that this machine has, by what is on the PATH.
 *
 * @param isRoot may this process install without `sudo`?
 */
export function findManagers(
  env: Variables,
  cwd: string,
  isRoot = process.getuid?.() === 0,
): readonly PackageManager[] {
  return shapes.flatMap(({ name, programs, query, reads, install, privileged }) => {
    const [asked] = programs.map((program) => findExecutable(program, env));
    if (asked === undefined || programs.some((program) => findExecutable(program, env) === undefined))
      return [];
    return [
      {
        name,
        isInstalled: async (systemPackage) => {
          const { code, output } = await execute([asked, ...query(systemPackage)], { env, cwd });
          return code === 0 && (reads?.(output, systemPackage) ?? true);
        },
        install: (names) =>
          install(names).map((words) => (privileged && !isRoot ? ['sudo', ...words] : words)),
      },
    ];
  });
}
