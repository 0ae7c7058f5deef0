import type { ColumnType } from '../../entity/field.ts';
import type { Schema } from '../schema/schema.ts';
import { typeNamed } from './column.ts';
import type { SqlText, Step } from './step.ts';

/** What one should know of a step before it runs. */
export interface StepMarks {
  /** Rows or values are gone after it, and no roll-back brings them back. */
  readonly destroysData: boolean;
  /** Code of the release before fails after it: it is not expand-only. */
  readonly breaksRunningCode: boolean;
}

export const harmless: StepMarks = { destroysData: false, breaksRunningCode: false };
const breaking: StepMarks = { destroysData: false, breaksRunningCode: true };
const destructive: StepMarks = { destroysData: true, breaksRunningCode: true };

/** @param before the tables before the step */
export function marksOf(step: Step, before: Schema): StepMarks {
  switch (step.kind) {
    case 'dropTable':
    case 'dropColumn':
      return destructive;
    case 'renameTable':
    case 'renameColumn':
      return breaking;
    case 'addColumn':
      return !step.column.nullable && step.column.default === undefined ? breaking : harmless;
    case 'alterColumn': {
      const old = before.get(step.table)?.columns.find(({ name }) => name === step.column.name);
      const type = typeNamed(step.column.type);
      if (old === undefined || type === undefined) return breaking;
      const { nullable = false } = step.column;
      const tightens = old.nullable && !nullable && step.column.default === undefined;
      const losesDefault = old.default !== undefined && step.column.default === undefined && !nullable;
      return {
        destroysData: isLossy(old.type, type),
        breaksRunningCode: tightens || losesDefault || !isWider(old.type, type),
      };
    }
    case 'sql':
      return {
        destroysData: step.destroysData ?? textsOf(step.text).some(destroys),
        breaksRunningCode: step.breaksRunningCode ?? false,
      };
    default:
      return harmless;
  }
}

/** Can the new type hold every value of the old one as it is, and running code read it? */
function isWider(from: ColumnType, to: ColumnType): boolean {
  if (from.kind === 'string') return to.kind === 'text' || (to.kind === 'string' && to.length >= from.length);
  if (from.kind === 'vector') return to.kind === 'vector' && to.dimensions === from.dimensions;
  return from.kind === to.kind;
}

/** Is something of a value lost on the way? Where a value does not fit at all, databases refuse. */
function isLossy(from: ColumnType, to: ColumnType): boolean {
  if (from.kind === 'string' && to.kind === 'string') return to.length < from.length;
  const kept: Readonly<Record<string, readonly string[]>> = {
    uuid: ['string', 'text'],
    string: ['text'],
    integer: ['number', 'string', 'text'],
    boolean: ['integer'],
    date: ['timestamp', 'string', 'text'],
    json: ['text'],
  };
  return from.kind !== to.kind && !(kept[from.kind] ?? []).includes(to.kind);
}

/** All statements of a text, of whatever dialect. */
function textsOf(text: SqlText): readonly string[] {
  if (typeof text === 'string') return [text];
  return Object.values(text).flat();
}

function destroys(text: string): boolean {
  return /\b(drop\s+(table|column|schema|database)|truncate|delete\s+from)\b/i.test(text);
}
