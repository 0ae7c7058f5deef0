import type { StepData } from './step-data.ts';

/** What a step does, for people: `add column "subtitle" to "blog_posts"`. */
export function titleOf(step: StepData): string {
  switch (step.kind) {
    case 'createTable':
      return `create table "${step.table.name}"`;
    case 'dropTable':
      return `drop table "${step.table}"`;
    case 'renameTable':
      return `rename table "${step.table}" to "${step.to}"`;
    case 'addColumn':
      return `add column "${step.column.name}" to "${step.table}"`;
    case 'dropColumn':
      return `drop column "${step.column}" of "${step.table}"`;
    case 'renameColumn':
      return `rename column "${step.column}" of "${step.table}" to "${step.to}"`;
    case 'alterColumn':
      return `alter column "${step.column.name}" of "${step.table}"`;
    case 'createIndex':
      return `create index "${step.index.name}" on "${step.table}"`;
    case 'dropIndex':
      return `drop index "${step.index}" of "${step.table}"`;
    case 'addForeignKey':
      return `add foreign key "${step.key.name}" to "${step.table}"`;
    case 'dropForeignKey':
      return `drop foreign key "${step.key}" of "${step.table}"`;
    case 'createSearchIndex':
      return `create search index on "${step.table}"`;
    case 'dropSearchIndex':
      return `drop search index of "${step.table}"`;
    case 'sql':
      return 'run SQL';
    case 'run':
      return 'run code';
  }
}
