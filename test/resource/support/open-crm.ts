import { join } from 'node:path';
import type { Actor, Manager } from 'backplane';
import { type TestKernel, testKernel } from '../../../kernel/testing/index.ts';
import type { Contact } from './crm/entities/contact.ts';
import { CrmServer } from './crm-server.ts';

/** A kernel with contacts that a service keeps, and that service. */
export class Crm implements AsyncDisposable {
  readonly kernel: TestKernel;
  readonly server: CrmServer;

  constructor(kernel: TestKernel, server: CrmServer) {
    this.kernel = kernel;
    this.server = server;
  }

  /** The contacts, for somebody. */
  as(actor: Actor | undefined): Manager<typeof Contact> {
    return this.kernel.service('managers').as(actor).of('crm.contact');
  }

  get system(): Manager<typeof Contact, 'server'> {
    return this.kernel.service('managers').asSystem().of('crm.contact');
  }

  /** What hooks and listeners have noticed. */
  get seen(): readonly string[] {
    return this.kernel.service('crmSeen');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kernel[Symbol.asyncDispose]();
    await this.server[Symbol.asyncDispose]();
  }
}

interface CrmOptions {
  /** Names of the instances. */
  readonly instances?: readonly string[];
  /** Extensions besides. */
  readonly extensions?: readonly (string | { readonly path: string })[];
  /** Instances of other capabilities. */
  readonly providers?: Readonly<Record<string, readonly object[]>>;
}

export async function openCrm({ instances, extensions = [], providers = {} }: CrmOptions = {}): Promise<Crm> {
  const server = await CrmServer.start();
  try {
    const kernel = await testKernel({
      from: import.meta.url,
      extensions: [join(import.meta.dirname, 'crm'), join(import.meta.dirname, 'acme-crm'), ...extensions],
      settings: { providers: { ...server.settings(instances).providers, ...providers } },
    });
    return new Crm(kernel, server);
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }
}

/** What was thrown. */
export async function thrown(work: Promise<unknown>): Promise<Record<string, unknown> & Error> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Error) return error as Record<string, unknown> & Error;
  }
  throw new Error('It did not fail.');
}
