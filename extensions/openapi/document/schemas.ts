import { isDeepStrictEqual } from 'node:util';
import type { JsonSchema, SchemaObject } from './types.ts';

/** Keywords whose values are schemas, lists of schemas, or schemas by name. */
const single = new Set(['not', 'if', 'then', 'else', 'contains', 'propertyNames', 'additionalProperties']);
const lists = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems']);
const named = new Set(['properties', 'patternProperties', 'dependentSchemas']);
/** Keywords that are of no use outside of this process, or that are dealt with apart. */
const dropped = new Set(['$id', '$schema', '$defs', 'definitions', 'secret', 'unit', 'separator']);

/** Names that `$ref` may use where a schema stands, with the component that each means. */
type Names = ReadonlyMap<string, string>;

const prefix = '#/components/schemas/';

/**
 * Writes the schemas of routes (JSON schema draft 7, as Ajv reads it) as those of the document (2020-12). A schema with
 * an `$id`, and what is in `$defs`, becomes a component that all uses share.
 */
export class SchemaWriter {
  readonly components = new Map<string, JsonSchema>();
  readonly #byId = new Map<string, { readonly source: SchemaObject; readonly component: string }[]>();

  write(schema: JsonSchema): JsonSchema {
    return this.#write(schema, new Map());
  }

  /** The component that a reference of the document means, or the schema itself. */
  resolve(schema: JsonSchema): JsonSchema {
    let found = schema;
    for (let depth = 0; depth < 20 && typeof found === 'object' && found.$ref !== undefined; depth += 1) {
      found = this.components.get(found.$ref.slice(prefix.length)) ?? true;
    }
    return found;
  }

  #write(schema: JsonSchema, names: Names): JsonSchema {
    if (typeof schema !== 'object') return schema;
    const inner = this.#declare(schema, names);
    if (schema.$id === undefined) return this.#keywords(schema, inner);
    return this.#component(schema.$id, schema, inner);
  }

  /** Gives the definitions in a schema their components, so that references inside of it find them. */
  #declare(schema: SchemaObject, names: Names): Names {
    const definitions = Object.entries({ ...record(schema.$defs), ...record(schema.definitions) });
    if (definitions.length === 0) return names;
    const inner = new Map(names);
    const pending: [name: string, component: string, definition: SchemaObject][] = [];
    for (const [name, definition] of definitions) {
      if (!isSchemaObject(definition)) continue;
      const { component, isNew } = this.#reserve(definition.$id ?? name, definition);
      for (const alias of [name, definition.$id, `#/$defs/${name}`, `#/definitions/${name}`]) {
        if (alias !== undefined) inner.set(alias, component);
      }
      if (isNew) pending.push([name, component, definition]);
    }
    for (const [, component, definition] of pending) {
      const own = definition.$id === undefined ? inner : new Map(inner).set('#', component);
      this.components.set(component, this.#keywords(definition, this.#declare(definition, own)));
    }
    return inner;
  }

  #component(id: string, schema: SchemaObject, names: Names): SchemaObject {
    const { component, isNew } = this.#reserve(id, schema);
    if (isNew) {
      const own = new Map(names).set('#', component).set(id, component);
      this.components.set(component, this.#keywords(schema, own));
    }
    return { $ref: prefix + component };
  }

  /** The name of the component for a schema: one for all that are equal, another for others that go by the same id. */
  #reserve(id: string, source: SchemaObject): { component: string; isNew: boolean } {
    const known = this.#byId.get(id) ?? [];
    const equal = known.find((one) => one.source === source || isDeepStrictEqual(one.source, source));
    if (equal) return { component: equal.component, isNew: false };
    const plain = id.replaceAll(/[^A-Za-z0-9._-]+/g, '_') || 'Schema';
    let component = plain;
    for (let count = 2; this.components.has(component); count += 1) component = `${plain}_${count}`;
    this.components.set(component, true);
    this.#byId.set(id, [...known, { source, component }]);
    return { component, isNew: true };
  }

  #keywords(schema: SchemaObject, names: Names): SchemaObject {
    const written: Record<string, unknown> = {};
    for (const [keyword, value] of Object.entries(schema)) {
      if (dropped.has(keyword)) continue;
      if (keyword === '$ref') this.#reference(value, written, names);
      else if (keyword === 'example') written.examples ??= [value];
      else if (keyword === 'items' || keyword === 'additionalItems') this.#items(schema, written, names);
      else if (single.has(keyword)) written[keyword] = this.#write(asSchema(value), names);
      else if (lists.has(keyword)) written[keyword] = this.#list(value, names);
      else if (named.has(keyword)) written[keyword] = this.#named(value, names);
      else written[keyword] = value;
    }
    return written;
  }

  /** A list of schemas in `items` is `prefixItems` by now, and `additionalItems` is `items`. */
  #items({ items, additionalItems }: SchemaObject, written: Record<string, unknown>, names: Names): void {
    if (!Array.isArray(items)) {
      if (items !== undefined) written.items = this.#write(asSchema(items), names);
      return;
    }
    // An empty list is no list of schemas there.
    if (items.length > 0) written.prefixItems = this.#list(items, names);
    if (additionalItems !== undefined) written.items = this.#write(asSchema(additionalItems), names);
  }

  #list(value: unknown, names: Names): JsonSchema[] {
    return Array.isArray(value) ? value.map((one) => this.#write(asSchema(one), names)) : [];
  }

  #named(value: unknown, names: Names): Record<string, JsonSchema> {
    return Object.fromEntries(
      Object.entries(record(value)).map(([name, schema]) => [name, this.#write(asSchema(schema), names)]),
    );
  }

  /** A reference that leads nowhere is left out: the document then says less, but nothing wrong. */
  #reference(target: unknown, written: Record<string, unknown>, names: Names): void {
    if (typeof target !== 'string') return;
    const component = names.get(target) ?? this.#byId.get(target)?.[0]?.component;
    if (component !== undefined) written.$ref = prefix + component;
  }
}

function asSchema(value: unknown): JsonSchema {
  return isSchemaObject(value) ? value : value !== false;
}

export function isSchemaObject(value: unknown): value is SchemaObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return isSchemaObject(value) ? value : {};
}
