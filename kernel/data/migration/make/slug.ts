import type { SchemaStep } from '../step/step.ts';

/** Words for the name of a file: what its steps do. */
export function slugOf(steps: readonly SchemaStep[], number: number): string {
  if (number === 1) return 'initial';
  const [first, ...rest] = steps;
  const words = first ? wordsOf(first) : 'changes';
  const slug = words
    .replace(/[^a-z0-9]+/gi, '_')
    .toLowerCase()
    .slice(0, 50);
  return rest.length === 0 ? slug : `${slug}_and_${rest.length}_more`;
}

function wordsOf(step: SchemaStep): string {
  switch (step.kind) {
    case 'createTable':
      return `create ${step.table.name}`;
    case 'dropTable':
      return `drop ${step.table}`;
    case 'renameTable':
      return `rename ${step.table} to ${step.to}`;
    case 'addColumn':
      return `add ${step.column.name} to ${step.table}`;
    case 'dropColumn':
      return `drop ${step.column} of ${step.table}`;
    case 'renameColumn':
      return `rename ${step.column} of ${step.table}`;
    case 'alterColumn':
      return `alter ${step.column.name} of ${step.table}`;
    case 'createIndex':
      return `create ${step.index.name}`;
    case 'dropIndex':
      return `drop ${step.index}`;
    case 'addForeignKey':
      return `create ${step.key.name}`;
    case 'dropForeignKey':
      return `drop ${step.key}`;
    case 'createSearchIndex':
      return `search ${step.table}`;
    case 'dropSearchIndex':
      return `drop search of ${step.table}`;
  }
}
