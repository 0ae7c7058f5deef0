import { BackplaneError, messageOf } from '../errors.ts';
import { compileValidator, type TSchema, type Validator } from '../schema/index.ts';
import type { RouteOptions } from './route-options.ts';
import { compileSerialiser, type Serialiser } from './serialise.ts';

/** What a route's schemas compile to. */
export interface PreparedRoute {
  readonly params: Validator | undefined;
  readonly query: Validator | undefined;
  readonly headers: Validator | undefined;
  readonly body: Validator | undefined;
  /** Is there any check of what comes in besides the path parameters? */
  readonly checksMore: boolean;
  /** Status of a plain result. */
  readonly status: number;
  /** Writes a plain result. */
  readonly serialiser: Serialiser | undefined;
  /** Writers of all statuses. */
  readonly serialisers: ReadonlyMap<number, Serialiser>;
}

/** @throws ROUTE_SCHEMA_INVALID */
export function prepare(name: string, options: RouteOptions): PreparedRoute {
  const compile = <Compiled>(part: string, schema: TSchema, how: (schema: TSchema) => Compiled): Compiled => {
    try {
      return how(schema);
    } catch (error) {
      const details = { route: name, part, reason: messageOf(error) };
      throw new BackplaneError('ROUTE_SCHEMA_INVALID', details, { cause: error });
    }
  };
  const validator = (part: 'params' | 'query' | 'headers' | 'body'): Validator | undefined => {
    const schema = options[part];
    return schema && compile(part, schema, (it) => compileValidator(it, { coerce: part !== 'body' }));
  };

  const serialisers = new Map<number, Serialiser>();
  for (const [status, schema] of Object.entries(options.response ?? {})) {
    serialisers.set(Number(status), compile(`response ${status}`, schema, compileSerialiser));
  }
  const status = [...serialisers.keys()].sort().find((one) => one >= 200 && one < 300 && one !== 204) ?? 200;
  const [query, headers, body] = [validator('query'), validator('headers'), validator('body')];
  return {
    params: validator('params'),
    query,
    headers,
    body,
    checksMore: Boolean(query ?? headers ?? body),
    status,
    serialiser: serialisers.get(status),
    serialisers,
  };
}
