import {
  type ExtensionFolder,
  extensionFolder,
  type Files,
  type TestKernel,
  testKernel,
} from 'backplane/testing';

/** An extension with a mail in two languages. */
export const shop: Files = {
  'manifest.json': { name: 'shop', version: '1.0.0', dependencies: { email: '^1.0.0' } },
  'mails/shipped.ts': `
    import { defineMail } from 'ext:email';
    export interface Shipped { name: string; parcels: string[] }
    export const ShippedMail = defineMail<Shipped>('shipped', {
      subject: { en: ({ name }) => 'On its way, ' + name, de: 'Unterwegs' },
      preview: { name: 'Ann', parcels: ['A-1', 'A-2'] },
    });
    export default ShippedMail;`,
  'mails/shipped.html.eta': `<% layout('layouts/default') %>
<p>Hello <%= it.name %></p>
<ul>
<% for (const parcel of it.parcels) { %>
<li><%= parcel %></li>
<% } %>
</ul>`,
  'mails/shipped.de.html.eta': `<% layout('layouts/shop') %>
<p>Hallo <%= it.name %></p>`,
  'mails/shipped.de.text.eta': 'Hallo <%= it.name %>,\nIhr Paket kommt.',
  'mails/layouts/shop.html.eta': '<main lang="<%= it.mail.locale %>"><%~ it.body %></main>',
};

export function shopWith(files: Files): ExtensionFolder {
  return extensionFolder({ ...shop, ...files });
}

export interface StartOptions {
  readonly extensions?: readonly (string | ExtensionFolder)[];
  readonly env?: Readonly<Record<string, string>>;
  readonly settings?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export function startEmail({
  extensions = [],
  env = {},
  settings = {},
}: StartOptions = {}): Promise<TestKernel> {
  return testKernel({
    from: import.meta.url,
    extensions: ['../..', ...extensions],
    env,
    settings: { ...settings, auth: { argon2Memory: 64, argon2Passes: 1, ...settings.auth } },
  });
}

/** What went wrong, with everything that is said about it. */
export async function errorOf(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    return Error.isError(error)
      ? `${error.message} ${error.cause === undefined ? '' : String(error.cause)}`
      : String(error);
  }
  throw new Error('Nothing went wrong.');
}
