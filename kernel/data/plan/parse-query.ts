import { didYouMean } from '../../errors.ts';
import type { Filter } from '../entity/filter.ts';
import { kindOf } from '../value/shown.ts';
import { Faults } from './faults.ts';
import { isFilter, parseInclude, parseNames, parseNumber, TextFault } from './parse-include.ts';
import type { CountRequest, IncludeRequest, ReadRequest } from './request.ts';

const known = [
  'filter',
  'include',
  'fields',
  'sort',
  'count',
  'search',
  'page[size]',
  'page[after]',
  'page[before]',
  'page[offset]',
];

/** Is told what is wrong with one parameter. */
export type Complain = (name: string, reason: string) => void;

/**
 * Reads a request from the query of a URL:
 *
 *     ?filter={"title":{"startsWith":"A"}}      JSON
 *     &include=author,comments(sort=-createdAt;limit=3)
 *     &fields=title,slug
 *     &sort=-createdAt,title
 *     &search=words
 *     &page[size]=25&page[after]=CURSOR         or page[before], or page[offset]
 *     &count=exact                              or none, or estimated
 *
 * Only the form is checked here; what it names is checked when it is planned.
 *
 * @param entity its name, for faults
 * @throws QUERY_INVALID, or a FaultList with all faults
 */
export function parseQuery(entity: string, query: URLSearchParams): ReadRequest {
  const faults = new Faults();
  const request = readQuery(query, (name, reason) => faults.invalid(entity, name, reason));
  faults.throwAny();
  return request;
}

/** The same, for those who go on: parameters with faults are left out of the request. */
export function readQuery(query: URLSearchParams, fault: Complain): ReadRequest {
  for (const name of new Set(query.keys())) {
    if (!known.includes(name)) fault(name, unknownParameter(name));
    else if (query.getAll(name).length > 1) fault(name, 'It is given twice. Join both.');
  }
  const read = <T>(name: string, parse: (text: string) => T): T | undefined => {
    const text = query.get(name);
    return text === null ? undefined : parse(text);
  };
  const number = (name: string): number | undefined =>
    read(name, (text) => {
      const value = parseNumber(text);
      if (!Number.isNaN(value)) return value;
      fault(name, 'It must be a whole number.');
      return undefined;
    });
  const page = {
    size: number('page[size]'),
    after: read('page[after]', String),
    before: read('page[before]', String),
    offset: number('page[offset]'),
  };
  return {
    filter: read('filter', (text) => parseFilter(text, fault)),
    include: read('include', (text) => parseRelations(text, fault)),
    fields: read('fields', parseNames),
    sort: read('sort', parseNames),
    search: read('search', String),
    count: read('count', (text) => parseCount(text, fault)),
    page,
  };
}

function unknownParameter(name: string): string {
  const [, field] = /^filter\[([^\]]*)/.exec(name) ?? [];
  const hint =
    field === undefined ? didYouMean(name, known) : ` Filters are JSON: filter={"${field}":{"eq":"…"}}.`;
  return `A query knows no "${name}".${hint} It knows ${known.join(', ')}.`;
}

function parseFilter(text: string, fault: Complain): Filter | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (isFilter(value)) return value;
    fault('filter', `A filter must be an object, and this is ${kindOf(value)}.`);
  } catch {
    fault('filter', `It must be JSON, as {"title":{"eq":"…"}}.`);
  }
  return undefined;
}

function parseRelations(text: string, fault: Complain): Record<string, IncludeRequest> | undefined {
  if (text === '') return undefined;
  try {
    return parseInclude(text);
  } catch (error) {
    if (!(error instanceof TextFault)) throw error;
    fault('include', `At character ${error.at + 1}: ${error.message}`);
    return undefined;
  }
}

function parseCount(text: string, fault: Complain): CountRequest | undefined {
  if (text === 'none' || text === 'exact' || text === 'estimated') return text;
  fault('count', `It is "none", "exact" or "estimated".${didYouMean(text, ['none', 'exact', 'estimated'])}`);
  return undefined;
}
