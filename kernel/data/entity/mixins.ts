import { type TString, Type } from 'typebox';
import type { EntityOptions } from './define.ts';

/** Adds `createdAt` and `updatedAt`. */
export function timestamps<const Options extends EntityOptions>(
  options: Options,
): Options & { readonly timestamps: true } {
  return { ...options, timestamps: true };
}

/** Adds `deletedAt`: deleting marks a row instead of removing it. */
export function softDelete<const Options extends EntityOptions>(
  options: Options,
): Options & { readonly softDelete: true } {
  return { ...options, softDelete: true };
}

/** Adds a unique `slug`: lower-case words joined by hyphens. */
export function sluggable<const Options extends EntityOptions>(
  options: Options,
): Omit<Options, 'fields'> & { readonly fields: Options['fields'] & { slug: TString } } {
  const slug = Type.String({
    unique: true,
    maxLength: 200,
    pattern: '^[a-z0-9]+(-[a-z0-9]+)*$',
  });
  return { ...options, fields: { ...options.fields, slug } };
}
