import { Type } from 'typebox';
import type { EntityOptions } from '../define.ts';
import { type Field, snakeCase } from '../field.ts';

/** The field of a row's own id; that of another row's is like it. */
export function idField(owner: string): Field {
  return {
    name: 'id',
    column: 'id',
    type: { kind: 'uuid' },
    schema: Type.String({ format: 'uuid' }),
    nullable: false,
    default: undefined,
    unique: false,
    index: false,
    readable: true,
    writable: false,
    contains: false,
    owner,
  };
}

/** The fields that the framework keeps. */
export function marksOf({ timestamps, softDelete }: EntityOptions, owner: string): readonly Field[] {
  const mark = (name: string, nullable: boolean, index: boolean): Field => ({
    ...idField(owner),
    name,
    column: snakeCase(name),
    type: { kind: 'timestamp' },
    schema: Type.String({ format: 'date-time' }),
    nullable,
    index,
  });
  return [
    ...(timestamps ? [mark('createdAt', false, true), mark('updatedAt', false, false)] : []),
    ...(softDelete ? [mark('deletedAt', true, false)] : []),
  ];
}
