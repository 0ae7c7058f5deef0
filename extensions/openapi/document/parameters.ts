import type { RouteOptions } from 'backplane';
import { exampleOf } from './example.ts';
import type { PathParameter } from './path.ts';
import type { SchemaWriter } from './schemas.ts';
import type { JsonSchema, Parameter } from './types.ts';

/** Headers that OpenAPI describes elsewhere, and wants no parameters of. */
const described = new Set(['accept', 'authorization', 'content-type']);

/** Everything that a route takes besides a body. */
export function parametersOf(
  { params, query, headers }: RouteOptions,
  inPath: readonly PathParameter[],
  writer: SchemaWriter,
): readonly Parameter[] {
  const ofPath = propertiesOf(asSchema(params), writer);
  return [
    ...inPath.map(({ key, name, pattern }) => {
      const known = ofPath.get(key) ?? ofPath.get(name);
      const schema =
        known?.schema ?? (pattern === undefined ? { type: 'string' } : { type: 'string', pattern });
      const rest = key === '*' ? { description: 'The rest of the path; may hold slashes.' } : {};
      return parameter('path', name, schema, true, writer, rest);
    }),
    ...[...propertiesOf(asSchema(query), writer)].map(([name, { schema, required }]) =>
      parameter('query', name, schema, required, writer),
    ),
    ...[...propertiesOf(asSchema(headers), writer)]
      .filter(([name]) => !described.has(name.toLowerCase()))
      .map(([name, { schema, required }]) => parameter('header', name, schema, required, writer)),
  ];
}

interface Property {
  readonly schema: JsonSchema;
  readonly required: boolean;
}

/** The properties that a schema names, also in parts of it. */
function propertiesOf(schema: JsonSchema | undefined, writer: SchemaWriter): ReadonlyMap<string, Property> {
  const found = new Map<string, Property>();
  if (schema === undefined) return found;
  const resolved = writer.resolve(writer.write(schema));
  if (typeof resolved !== 'object') return found;
  const { properties = {}, required = [] } = resolved;
  for (const [name, property] of Object.entries(properties)) {
    // What has a default may be left out, whatever the type says.
    const hasDefault = typeof property === 'object' && 'default' in property;
    found.set(name, { schema: property, required: required.includes(name) && !hasDefault });
  }
  const add = (parts: readonly JsonSchema[] = [], always: boolean): void => {
    for (const part of parts) {
      for (const [name, { schema: of, required: needed }] of propertiesOf(part, writer)) {
        if (!found.has(name)) found.set(name, { schema: of, required: needed && always });
      }
    }
  };
  add(resolved.allOf, true);
  add([...(resolved.anyOf ?? []), ...(resolved.oneOf ?? [])], false);
  return found;
}

function parameter(
  place: Parameter['in'],
  name: string,
  given: JsonSchema,
  required: boolean,
  writer: SchemaWriter,
  more: { readonly description?: string } = {},
): Parameter {
  const schema = writer.write(given);
  const { description, deprecated } = typeof schema === 'object' ? schema : {};
  const example = exampleOf(schema, (one) => writer.resolve(one));
  return {
    name,
    in: place,
    required,
    ...more,
    ...(description === undefined ? {} : { description }),
    ...(deprecated === true ? { deprecated } : {}),
    schema,
    ...(example === undefined ? {} : { example }),
  };
}

/** TypeBox's type of schemas says nothing of their keywords. */
export function asSchema(schema: object | undefined): JsonSchema | undefined {
  return schema === undefined ? undefined : { ...schema };
}
