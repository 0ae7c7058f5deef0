import type { RouteDocument, RouteOptions } from 'backplane';
import { providerProblems } from '../document/problems.ts';
import { pascalCase } from '../kebab.ts';
import type { Served } from '../served.ts';

/** What all routes of entities have in common. Who may do what is up to their managers. */
export function optionsOf(
  { resource: { schema, external }, version = '' }: Served,
  operation: string,
  summary: string,
  document: () => RouteDocument,
) {
  const [extension = '', short = ''] = schema.name.split('.');
  const [verb = '', ...rest] = operation.split(' ');
  const isOfMany = rest[0] === 'many' || verb === 'list' || verb === 'search' || verb === 'aggregate';
  const subject = pascalCase(extension, isOfMany ? schema.plural : short);
  const tail = rest.filter((word) => word !== 'many');
  return {
    summary,
    tags: [schema.name],
    operationId: `${verb}${subject}${pascalCase(...tail)}${pascalCase(version)}`,
    auth: 'optional',
    root: true,
    document: external ? () => withProvider(document()) : document,
  } as const satisfies RouteOptions;
}

function withProvider(document: RouteDocument): RouteDocument {
  return { ...document, problems: { ...providerProblems, ...document.problems } };
}
