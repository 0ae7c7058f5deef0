import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { expect } from 'chai';
import fc from 'fast-check';
import type { Answer } from './app.ts';
import { arbitraryOf } from './arbitrary.ts';
import type { Document, NamedOperation, Schema } from './openapi-document.ts';

/** A request, before it is written down. */
export interface Sent {
  readonly path: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

/** Sends what the document allows, and what it does not, and compares the answers with it. */
export class Fuzzer {
  readonly #document: Document;
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true });
  readonly #validators = new Map<string, ValidateFunction>();

  constructor(document: Document) {
    this.#document = document;
    addFormats.default(this.#ajv);
    this.#ajv.addSchema(JSON.parse(absolute(document)), 'doc');
  }

  resolve = (schema: Schema): Schema => {
    const name = schema.$ref?.split('/').at(-1);
    return name === undefined ? schema : (this.#document.components.schemas[name] ?? {});
  };

  requestsTo({ operation, path }: NamedOperation, ids: readonly string[]): fc.Arbitrary<Sent> {
    const of = (place: string): fc.Arbitrary<Record<string, unknown>> => {
      const parameters = (operation.parameters ?? []).filter((one) => one.in === place);
      return fc.record(
        Object.fromEntries(
          parameters.map(({ name, schema }) => [
            name,
            place === 'path'
              ? fc.oneof(
                  fc.constantFrom(...(ids.length > 0 ? ids : [path])),
                  arbitraryOf(schema, this.resolve),
                )
              : arbitraryOf(schema, this.resolve),
          ]),
        ),
        {
          requiredKeys: parameters.filter(({ required }) => required).map(({ name }) => name),
          noNullPrototype: true,
        },
      );
    };
    const content = operation.requestBody?.content['application/json'];
    const body = content ? arbitraryOf(content.schema, this.resolve) : fc.constant(undefined);
    return fc.record({ path: of('path'), query: of('query'), headers: of('header'), body });
  }

  /** The status must be one that is documented, and the body what is said of it. */
  expectDocumented({ name, operation }: NamedOperation, { status, headers, body }: Answer): void {
    expect(status, `${name} answered ${body}`).to.be.lessThan(500);
    if (status >= 400) {
      expect(headers['content-type'], name).to.equal('application/problem+json');
      expect(this.#faults('Problem', { $ref: 'doc#/components/schemas/Problem' }, body), name).to.equal('');
    }
    const documented =
      operation.responses[status] ?? (status >= 400 ? operation.responses.default : undefined);
    expect(documented, `${name} answered ${status} ${body}`).to.not.equal(undefined);
    const schema = documented?.content?.['application/json']?.schema;
    if (schema !== undefined) expect(this.#faults(`${name} ${status}`, schema, body), name).to.equal('');
    else if (status < 400) expect(body, name).to.equal('');
  }

  /** Only bodies are looked at: of parameters it says too little. */
  allows({ name, operation }: NamedOperation, body: unknown): boolean {
    const schema = operation.requestBody?.content['application/json']?.schema;
    return schema !== undefined && this.#faults(`${name} body`, schema, JSON.stringify(body ?? null)) === '';
  }

  #faults(key: string, schema: Schema, body: string): string {
    const validate = this.#validators.get(key) ?? this.#ajv.compile(JSON.parse(absolute(schema)));
    this.#validators.set(key, validate);
    return validate(JSON.parse(body)) ? '' : `${this.#ajv.errorsText(validate.errors)} ${body}`;
  }
}

function absolute(schema: object): string {
  return JSON.stringify(schema).replaceAll('"#/components', '"doc#/components');
}
