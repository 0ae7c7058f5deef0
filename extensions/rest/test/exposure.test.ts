import { extensionFolder } from 'backplane/testing';
import { expect } from 'chai';
import { as, open } from './app.ts';

const extension = (name: string, files: Readonly<Record<string, string>>) =>
  extensionFolder({ 'manifest.json': { name, version: '1.0.0', prefix: '/' }, ...files });

const entity = (name: string, options = '') => `
  import { defineEntity, everybody, Type } from 'backplane';
  export default defineEntity('${name}', {
    fields: { label: Type.String({ maxLength: 10 }) }, access: { read: everybody() }, ${options}
  });`;

describe('The routes of an entity', () => {
  it('stand where those of its extension mount, and leave those that it declares itself', async () => {
    using own = extension('own', {
      'entities/box.ts': entity('own.box', "plural: 'boxes'"),
      'routes/boxes.ts': `
        import { route } from 'backplane';
        export default route.get('/boxes', {}, () => ({ mine: true }));`,
    });
    await using kernel = await open({}, [own]);
    expect((await kernel.inject('GET', '/boxes')).json()).to.deep.equal({ mine: true });
    const derived = await as(kernel, 'root')('GET', '/boxes/019b7a2e-6c00-7000-8000-000000000001?bad=1');
    expect(derived.status).to.equal(400);
  });

  it('are its own: two entities at one place are refused, naming both', async () => {
    using one = extension('one', { 'entities/box.ts': entity('one.box') });
    using other = extension('other', { 'entities/box.ts': entity('other.box') });
    const failure = await open({}, [one, other]).catch((error: unknown) => error);
    expect(failure).to.be.an('error').with.property('message').that.includes('"one.box" and "other.box"');
  });
});
