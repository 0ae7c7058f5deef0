import { sampleOf } from './pattern-sample.ts';
import { numberExample, numberOf, stringExample, typeOf } from './scalar-example.ts';
import type { JsonSchema, SchemaObject } from './types.ts';

/** Looks up what a `$ref` of the document means. */
export type Resolve = (schema: JsonSchema) => JsonSchema;

/** Nothing valid was found; not `undefined`, which no JSON holds either, to be told apart from a missing key. */
const none = Symbol('no example');
type Example = unknown;

/** How deep a schema that holds itself is followed. */
const deepest = 8;

/**
 * A value that a schema accepts: what the schema itself gives (`examples`, `default`, `const`, `enum`), otherwise made
 * from its keywords.
 *
 * @param resolve finds what references mean
 * @returns `undefined` where no valid value was found: no example is better than a wrong one
 */
export function exampleOf(schema: JsonSchema, resolve: Resolve): unknown {
  const example = new ExampleMaker(resolve).make(schema, 0);
  return example === none ? undefined : example;
}

class ExampleMaker {
  readonly #resolve: Resolve;

  constructor(resolve: Resolve) {
    this.#resolve = resolve;
  }

  make(given: JsonSchema, depth: number): Example {
    const schema = this.#resolve(given);
    if (schema === false || depth > deepest) return none;
    if (schema === true) return 'text';
    const { examples, default: fallback } = schema;
    if (Array.isArray(examples) && examples.length > 0) return examples[0];
    if ('const' in schema) return schema.const;
    // The default of an object or list is often an empty one, which shows nothing.
    if (fallback !== undefined && (typeof fallback !== 'object' || fallback === null)) return fallback;
    if (Array.isArray(schema.enum)) return schema.enum.length > 0 ? schema.enum[0] : none;
    // What these ask for can only be told by trying.
    if ('not' in schema || 'if' in schema) return fallback ?? none;
    if (schema.allOf) return this.#all(schema, schema.allOf, depth);
    const choice = schema.anyOf ?? schema.oneOf;
    if (choice) return this.#first(schema, choice, depth);
    return this.#byType(schema, depth);
  }

  #byType(schema: SchemaObject, depth: number): Example {
    switch (typeOf(schema)) {
      case 'string':
        return stringExample(schema) ?? none;
      case 'number':
      case 'integer':
        return numberExample(schema) ?? none;
      case 'boolean':
        return true;
      case 'null':
        return null;
      case 'array':
        return this.#array(schema, depth);
      case 'object':
        return this.#object(schema, depth);
      default:
        return 'text';
    }
  }

  /** One schema of what all of them say; an example of it fits each where their keywords do not meet. */
  #all(schema: SchemaObject, parts: readonly JsonSchema[], depth: number): Example {
    const { allOf: _, ...own } = schema;
    let merged: SchemaObject = own;
    for (const part of parts) {
      const resolved = this.#resolve(part);
      if (resolved === false) return none;
      if (resolved === true) continue;
      const clash = Object.keys(resolved).some(
        (key) => key in merged && !mergeable.has(key) && merged[key] !== resolved[key],
      );
      if (clash) return none;
      merged = {
        ...merged,
        ...resolved,
        properties: { ...merged.properties, ...resolved.properties },
        required: [...(merged.required ?? []), ...(resolved.required ?? [])],
      };
    }
    const { properties, required, ...rest } = merged;
    const isObject = Object.keys(properties ?? {}).length > 0 || (required ?? []).length > 0;
    return this.make(
      isObject ? { ...rest, properties: properties ?? {}, required: required ?? [] } : rest,
      depth + 1,
    );
  }

  #first(schema: SchemaObject, choice: readonly JsonSchema[], depth: number): Example {
    const { anyOf: _any, oneOf: _one, ...own } = schema;
    const { title: _title, description: _description, default: _default, ...asking } = own;
    for (const one of choice) {
      const alone = Object.keys(asking).length === 0;
      const example = alone ? this.make(one, depth + 1) : this.#all(own, [one], depth);
      if (example !== none) return example;
    }
    return none;
  }

  #array(schema: SchemaObject, depth: number): Example {
    const { items = true, prefixItems = [], contains, uniqueItems } = schema;
    const least = numberOf(schema.minItems, 0);
    const most = numberOf(schema.maxItems, Number.POSITIVE_INFINITY);
    if (contains !== undefined || !Array.isArray(prefixItems)) return none;
    const made: unknown[] = [];
    const wanted = Math.min(most, Math.max(least, prefixItems.length, items === true ? 0 : 1));
    while (made.length < wanted) {
      const of = asSchema(prefixItems[made.length] ?? items);
      const example = this.#distinct(of, uniqueItems === true ? made : [], depth + 1);
      if (example === none) return made.length >= least ? made : none;
      made.push(example);
    }
    return made;
  }

  /** An example that is not in the list yet. */
  #distinct(schema: JsonSchema, taken: readonly unknown[], depth: number): Example {
    const isNew = (example: Example): boolean =>
      !taken.some((other) => JSON.stringify(other) === JSON.stringify(example));
    const first = this.make(schema, depth);
    if (first === none || isNew(first)) return first;
    const resolved = this.#resolve(schema);
    if (typeof resolved !== 'object') return none;
    if (Array.isArray(resolved.enum)) return resolved.enum.find(isNew) ?? none;
    if (typeof first !== 'number') return none;
    const next = first + taken.length * numberOf(resolved.multipleOf, 1);
    return next <= numberOf(resolved.maximum, Number.POSITIVE_INFINITY) ? next : none;
  }

  #object(schema: SchemaObject, depth: number): Example {
    const { properties = {}, required = [] } = schema;
    const made: Record<string, unknown> = {};
    for (const name of new Set([...Object.keys(properties), ...required])) {
      const example = this.make(properties[name] ?? this.#further(schema, name), depth + 1);
      if (example !== none) Object.defineProperty(made, name, { value: example, enumerable: true });
      else if (required.includes(name)) return none;
    }
    const least = Math.max(numberOf(schema.minProperties, 0), Object.keys(properties).length === 0 ? 1 : 0);
    for (const name of this.#furtherNames(schema)) {
      if (Object.keys(made).length >= least) break;
      const example = this.make(this.#further(schema, name), depth + 1);
      if (example !== none) made[name] = example;
    }
    const count = Object.keys(made).length;
    const fits =
      count >= numberOf(schema.minProperties, 0) &&
      count <= numberOf(schema.maxProperties, Number.POSITIVE_INFINITY);
    return fits ? made : none;
  }

  /** The schema of a property that is not named. */
  #further({ patternProperties, additionalProperties = true }: SchemaObject, name: string): JsonSchema {
    for (const [pattern, schema] of Object.entries(asRecord(patternProperties))) {
      if (new RegExp(pattern, 'u').test(name)) return asSchema(schema);
    }
    return asSchema(additionalProperties);
  }

  /** Names for properties that are not named, where it is said what they hold. */
  #furtherNames({ patternProperties, additionalProperties, propertyNames }: SchemaObject): string[] {
    if (propertyNames !== undefined) return [];
    const samples = Object.keys(asRecord(patternProperties)).flatMap((pattern) =>
      new RegExp(pattern, 'u').test('key') ? ['key'] : (sampleOf(pattern) ?? []),
    );
    return typeof additionalProperties === 'object' ? [...samples, 'key', 'other'] : samples;
  }
}

/** Keywords that schemas may both have and still be merged. */
const mergeable = new Set(['type', 'properties', 'required', 'title', 'description', 'additionalProperties']);

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function asSchema(value: unknown): JsonSchema {
  return typeof value === 'object' && value !== null ? { ...value } : value !== false;
}
