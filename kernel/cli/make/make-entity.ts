import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { pluralize, singularize } from 'inflection';
import { BackplaneError } from '../../errors.ts';
import { entitySource } from './entity-source.ts';
import { otherSide } from './other-side.ts';

export interface MadeEntity {
  readonly entity: string;
  /** Relative to the application's folder. */
  readonly file: string;
}

/**
 * Writes the file of an entity into the extension that its name begins with.
 *
 * @param entity `<extension>.<entity>`
 * @throws ENTITY_WORD_INVALID, FILE_EXISTS, EXTENSION_NOT_FOUND
 */
export function makeEntity(entity: string, words: readonly string[], root: string): MadeEntity {
  const [extension = '', short = '', ...more] = entity.split('.');
  const isName = (name: string): boolean => /^[a-z][a-z0-9-]*$/.test(name);
  if (!isName(extension) || !isName(short) || more.length > 0) {
    const reason = 'an entity is called <extension>.<entity>, both in kebab case, as blog.post';
    throw new BackplaneError('ENTITY_WORD_INVALID', { word: entity, reason });
  }
  const singular = singularOf(short);
  if (singular !== undefined) {
    const reason = `an entity is called by the singular, and its table and routes by the plural. Write ${extension}.${singular}; where "${short}" is a singular, write another name and put this one into the file`;
    throw new BackplaneError('ENTITY_WORD_INVALID', { word: entity, reason });
  }
  const folder = join(root, 'extensions', extension);
  if (!existsSync(join(folder, 'manifest.json'))) {
    throw new BackplaneError('ENTITY_WORD_INVALID', {
      word: entity,
      reason: `there is no extension in extensions/${extension}. Write one first: backplane extension create ${extension}`,
    });
  }
  const source = entitySource(entity, words, (target) => otherSide(entity, target, root));
  const file = join(folder, 'entities', `${short}.ts`);
  if (existsSync(file)) throw new BackplaneError('FILE_EXISTS', { file: relative(root, file) });
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, source);
  return { entity, file: relative(root, file) };
}

/** Of a name whose last word looks like a plural. Only by its "s": "data" and "media" are called so by many. */
function singularOf(name: string): string | undefined {
  const words = name.split('-');
  const last = words.pop() ?? '';
  const singular = singularize(last);
  const isPlural = last.endsWith('s') && singular !== last && pluralize(last) === last;
  return !isPlural ? undefined : [...words, singular].join('-');
}
