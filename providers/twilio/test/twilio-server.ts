import { once } from 'node:events';
import { createServer } from 'node:http';
import { type TwilioModel, twilioModel } from './twilio-model.ts';

/** Twilio's API at an address of its own. */
export class TwilioServer implements AsyncDisposable {
  readonly url: string;
  readonly messages: TwilioModel['messages'];
  readonly faults: TwilioModel['faults'];
  readonly #close: () => Promise<void>;

  private constructor(url: string, { messages, faults }: TwilioModel, close: () => Promise<void>) {
    this.url = url;
    this.messages = messages;
    this.faults = faults;
    this.#close = close;
  }

  static async start(): Promise<TwilioServer> {
    const model = twilioModel();
    const server = createServer(model.listener).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    return new TwilioServer(`http://127.0.0.1:${port}`, model, async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#close();
  }
}
