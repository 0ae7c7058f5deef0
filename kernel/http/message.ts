import { IncomingMessage, ServerResponse } from 'node:http';
import express, { type Express } from 'express';

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
    // Assigned here so that all requests have one shape; the server sets them before anybody sees the request.
    context: unknown = undefined;
    res: unknown = undefined;
    params: unknown = undefined;
    body: unknown = undefined;
  }
  class Answer extends ServerResponse<Request> {}

  carry(Request.prototype, express.request, app);
  carry(Answer.prototype, express.response, app);
  Object.defineProperty(Request.prototype, 'baseUrl', { value: '', writable: true, configurable: true });
  lazily(Request.prototype, 'originalUrl', (req) => req.url);
  lazily(Answer.prototype, 'locals', (res) => {
    const locals = Object.create(null);
    Object.defineProperty(res, 'locals', { value: locals, writable: true, configurable: true });
    return locals;
  });
  return { IncomingMessage: Request, ServerResponse: Answer };
}

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
