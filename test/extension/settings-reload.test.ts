import { expect } from 'chai';
import { type Application, boot, small, until } from '../support/application.ts';

const config = (fields: string): string =>
  `import { defineSettings, Type } from 'backplane';\nexport default defineSettings(Type.Object({ ${fields} }));\n`;

const files = {
  ...small('blog', '1'),
  'extensions/blog/config.ts': config("title: Type.String({ default: 'none' })"),
  'extensions/blog/index.ts': `import { defineExtension } from 'backplane';
export default defineExtension({ boot({ settings, log }) { log.info('title ' + settings.title); } });
`,
  ...small('mail', '1'),
  'extensions/mail/config.ts': config('apiKey: Type.String()'),
  ...small('other', '1'),
};

const generations = ({ kernel }: Application): Record<string, number> =>
  Object.fromEntries(kernel.extensions.list().map(({ name, generation }) => [name, generation]));

describe('Settings while the kernel serves', () => {
  it('that are saved reload the extensions whose settings they are, and unblock others', async () => {
    await using application = await boot(files);
    await application.kernel.watch();
    expect(application.states()).to.include({ mail: 'blocked' });
    application.write({ '.env': 'MAIL_API_KEY=key\n' });
    await until(() => application.states().mail === 'active');
    application.write({ 'config/blog.ts': "export default { title: 'news' };\n" });
    await until(() => application.logs.some(({ msg }) => msg === 'title news'));
    await application.kernel.extensions.idle();
    expect(generations(application)).to.include({ blog: 2, other: 1 });
  });

  it('that are wrong are told, and what serves goes on', async () => {
    await using application = await boot(files);
    await application.kernel.watch();
    application.write({ 'config/blog.ts': 'export default { title: 7 };\n' });
    await until(() => application.kernel.extensions.status('blog').lastFailure !== undefined);
    expect(await application.get('/blog')).to.deep.equal({ version: '1' });
    application.write({ 'config/blog.ts': 'export default {\n' });
    await until(() => application.logs.some(({ msg }) => String(msg).includes('could not be read anew')));
    expect(generations(application)).to.include({ blog: 1 });
  });
});
