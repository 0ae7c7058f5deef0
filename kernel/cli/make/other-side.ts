import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The relation of another entity that a new `manyToMany` is the other side of, by the sources in `extensions/`: the only one
 * there that leads to the new entity and says no `inverse` itself.
 *
 * @param entity the new one
 * @returns its name; `undefined` where there is none, or more than one that could be meant
 */
export function otherSide(entity: string, target: string, root: string): string | undefined {
  const [extension = ''] = target.split('.');
  const folder = join(root, 'extensions', extension, 'entities');
  if (!existsSync(folder)) return undefined;
  const sources = readdirSync(folder)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(folder, file), 'utf8'));
  const found = sources
    .filter((source) => source.includes(`'${target}'`))
    .flatMap((source) => [...source.matchAll(/(\w+):\s*manyToMany\(\s*'([^']+)'\s*(\)|,\s*\{([^}]*))/g)])
    .filter(([, , leadsTo, , options = '']) => leadsTo === entity && !/\binverse\s*:/.test(options))
    .flatMap(([, name]) => name ?? []);
  return found.length === 1 ? found[0] : undefined;
}
