import type { TSchema } from 'backplane';
import { defaultLimits } from 'backplane/data';
import { isServed } from '../exposure.ts';
import type { Served } from '../served.ts';

type Properties = Readonly<Record<string, object>>;

const uuid: object = { type: 'string', format: 'uuid' };

/** A schema of parameters, none of which has to be there. */
export function parameters(properties: Properties, required: readonly string[] = []): TSchema {
  return { type: 'object', properties, ...(required.length === 0 ? {} : { required }) };
}

/** The id of a row in a path. That of a provider is any text. */
export function idParameter({ resource: { schema } }: Served): TSchema {
  const own: object = schema.fields.get('id')?.schema ?? uuid;
  return parameters({ id: { ...own, description: 'Id of the row.' } }, ['id']);
}

/** A list with commas of some of these names. */
function names(known: readonly string[], description: string, sign = ''): object {
  const one = `${sign}(?:${known.join('|')})`;
  return {
    type: 'string',
    description,
    pattern: `^${one}(?:,${one})*$`,
    ...(known[0] === undefined ? {} : { examples: [known.slice(0, 2).join(',')] }),
  };
}

export function listParameters(served: Served): Properties {
  const { schema, external } = served.resource;
  const cursor = (which: string): object => ({
    type: 'string',
    description: `Rows ${which} those of another page: the cursor that page gave.`,
    examples: [],
  });
  return {
    ...filterParameters(served),
    ...rowParameters(served),
    ...(schema.sort.size === 0
      ? {}
      : {
          sort: names(
            [...schema.sort],
            'Fields to sort by, with "-" before them for descending order.',
            '-?',
          ),
        }),
    'page[size]': {
      type: 'integer',
      minimum: 1,
      maximum: defaultLimits.pageMaximum,
      default: defaultLimits.page,
      description: 'Rows of a page.',
    },
    'page[after]': cursor('behind'),
    ...(external
      ? {}
      : {
          'page[before]': cursor('before'),
          'page[offset]': {
            type: 'integer',
            minimum: 0,
            maximum: defaultLimits.offset,
            description: 'Rows to skip, instead of a cursor.',
            examples: [0],
          },
        }),
    ...(external?.count === false
      ? {}
      : {
          count: {
            type: 'string',
            enum: ['none', 'exact', 'estimated'],
            default: 'none',
            description: 'Is the number of all rows wanted, too?',
          },
        }),
    ...(schema.softDelete
      ? {
          deleted: {
            type: 'string',
            enum: ['exclude', 'include', 'only'],
            default: 'exclude',
            description: 'Rows that are marked as deleted; for who may restore them.',
          },
        }
      : {}),
  };
}

/** What finds rows: lists and aggregates share it. */
export function filterParameters({ resource: { schema, external } }: Served): Properties {
  if (external) return externalFilter(external.filter);
  return {
    filter: {
      type: 'string',
      contentMediaType: 'application/json',
      description:
        'Conditions as JSON: {"field":{"operator":value}}, joined by "and", "or", "not"; relations to one by their name, to many with "some", "none" or "every".',
      examples: ['{"id":{"isNull":false}}'],
    },
    ...(schema.search.length === 0
      ? {}
      : {
          search: {
            type: 'string',
            minLength: 1,
            description: `Words that must all occur in ${schema.search.join(', ')}.`,
            examples: ['word'],
          },
        }),
  };
}

/** Only what its provider can filter by. */
function externalFilter(filter: ReadonlyMap<string, ReadonlySet<string>>): Properties {
  if (filter.size === 0) return {};
  const fields = [...filter].map(([name, operators]) => `${name} (${[...operators].join(', ')})`);
  return {
    filter: {
      type: 'string',
      contentMediaType: 'application/json',
      description: `Conditions as JSON, all of which must hold: {"field":{"operator":value}}. Of ${fields.join(', ')}.`,
      examples: ['{}'],
    },
  };
}

/** What is wanted of a row. */
export function rowParameters({ resource: { schema }, views, catalog, version }: Served): Properties {
  const readable = [...schema.fields.values()].filter((field) => field.readable).map(({ name }) => name);
  const view = views.find(schema.name, { version });
  const relations = [...schema.relations.values()]
    .filter(({ target }) => isServed(catalog.get(target)))
    .map(({ name }) => name);
  const named = views.namesOf(schema.name);
  return {
    fields:
      view === undefined
        ? names(readable, 'Fields to read; all if left out. "id" comes along.')
        : { type: 'string', description: 'Members of its view, with commas.', examples: ['id'] },
    ...(relations.length === 0
      ? {}
      : {
          include: {
            type: 'string',
            description: `Relations to read along: ${relations.join(', ')}. "comments(sort=-createdAt;limit=3;filter={…};fields=text)" says which rows, "comments.author" goes on from there.`,
            examples: relations.slice(0, 1),
          },
        }),
    ...(named.length === 0
      ? {}
      : { view: { type: 'string', enum: named, description: 'Another view than the usual one.' } }),
  };
}

export const ifMatch: Properties = {
  'if-match': {
    type: 'string',
    description: 'ETag of the row as it was seen: if it has changed since, it is left alone (412).',
    examples: ['*'],
  },
};

export const ifNoneMatch: Properties = {
  'if-none-match': {
    type: 'string',
    description: 'ETag of what is known already: if it is still that, the answer is 304.',
    examples: [],
  },
};

export const idempotencyKey: Properties = {
  'idempotency-key': {
    type: 'string',
    minLength: 1,
    maxLength: 255,
    description: 'Whatever is sent again with the same key is done once, and answered alike. Best a UUID.',
    examples: [],
  },
};
