import type { RouteDocument } from 'backplane';
import type { Served } from '../served.ts';
import { filterParameters, parameters } from './parameters.ts';
import { readingProblems } from './problems.ts';

export function aggregateDocument(served: Served): RouteDocument {
  const list = (description: string): object => ({ type: 'string', description, examples: [] });
  const values = { type: 'object' };
  return {
    query: parameters({
      ...filterParameters(served),
      groupBy: list('Fields whose values make groups, with commas.'),
      count: {
        type: 'string',
        enum: ['true', 'false'],
        examples: ['true'],
        description: 'Rows of each group.',
      },
      sum: list('Fields to sum up.'),
      avg: list('Fields to take the mean of.'),
      min: list('Fields of which the least value is wanted.'),
      max: list('Fields of which the greatest value is wanted.'),
    }),
    response: {
      200: {
        type: 'object',
        properties: {
          data: {
            type: 'array',
            items: {
              type: 'object',
              properties: {
                group: values,
                count: { type: 'integer' },
                sum: values,
                avg: values,
                min: values,
                max: values,
              },
              examples: [{ count: 1 }],
            },
          },
        },
        required: ['data'],
      },
    },
    problems: readingProblems,
  };
}
