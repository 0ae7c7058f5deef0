import { IncomingMessage, ServerResponse } from 'node:http';
import express, { type Express } from 'express';
import type { RequestContext } from './context.ts';
import { type HeadArgument, withDefaults } from './default-headers.ts';

/** Settings of Express that its request and response API read. */
export interface ExpressSettings {
  /** Whose `x-forwarded-*` headers count, as Express's `trust proxy`. */
  readonly trustProxy: boolean | number | string;
}

/**
 * Makes the message classes of one server. They carry Express's request and response API on their prototypes, so that
 * Express middleware works with every request and no object changes its prototype (which would cost most of the speed).
 */
export function messageClasses(settings: ExpressSettings) {
  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', settings.trustProxy);

  class Request extends IncomingMessage {
    /** Set by the server before anybody sees the request. */
    declare context: RequestContext;
  }
  class Answer extends ServerResponse<Request> {
    /** Every answer passes here, whoever writes it: this is where it gets its id and the headers that all carry. */
    override writeHead(status: number, second?: string | HeadArgument, third?: HeadArgument): this {
      // Node answers some malformed requests itself, before there is a context.
      const context: RequestContext | undefined = this.req.context;
      const complete = (headers: HeadArgument): HeadArgument =>
        context ? withDefaults(this, headers, context.id, context.defaultHeaders) : headers;
      return typeof second === 'string'
        ? super.writeHead(status, second, complete(third))
        : super.writeHead(status, complete(second));
    }
  }

  carry(Request.prototype, express.request, app);
  carry(Answer.prototype, express.response, app);
  Object.defineProperties(Request.prototype, ofContext);
  Object.defineProperty(Request.prototype, 'baseUrl', { value: '', writable: true, configurable: true });
  lazily(Request.prototype, 'originalUrl', (req) => req.url);
  lazily(Answer.prototype, 'locals', (res) => {
    const locals = Object.create(null);
    Object.defineProperty(res, 'locals', { value: locals, writable: true, configurable: true });
    return locals;
  });
  return { IncomingMessage: Request, ServerResponse: Answer };
}

/** What Express keeps on its request and the kernel on the context: one value, seen from both. */
const ofContext: PropertyDescriptorMap & ThisType<{ context: RequestContext }> = {
  res: {
    configurable: true,
    get() {
      return this.context.response;
    },
  },
  params: {
    configurable: true,
    get() {
      return this.context.params;
    },
    set(params) {
      this.context.params = params;
    },
  },
  body: {
    configurable: true,
    get() {
      return this.context.body;
    },
    set(body) {
      this.context.body = body;
    },
  },
};

function carry(prototype: object, api: object, app: Express): void {
  Object.defineProperties(prototype, Object.getOwnPropertyDescriptors(api));
  Object.defineProperty(prototype, 'app', { value: app, writable: true, configurable: true });
}

/** A property of each instance that is computed until it is assigned. */
function lazily<Instance extends object>(
  prototype: Instance,
  name: string,
  compute: (instance: Instance) => unknown,
): void {
  Object.defineProperty(prototype, name, {
    configurable: true,
    get(this: Instance) {
      return compute(this);
    },
    set(this: Instance, value: unknown) {
      Object.defineProperty(this, name, { value, writable: true, configurable: true, enumerable: true });
    },
  });
}
