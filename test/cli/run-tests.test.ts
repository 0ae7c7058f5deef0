import { expect } from 'chai';
import { Application, extension } from './application.ts';

const passing = `import { expect } from 'chai';
import { BackplaneError, defineExtension } from 'backplane';
import { answer } from '../answer.ts';
describe('passing', () => {
  it('sees its own files and the public face', () => {
    expect(answer).to.equal(42);
    expect(defineExtension).to.be.a('function');
    expect(BackplaneError.name).to.equal('BackplaneError');
  });
});
`;
const failing = `describe('failing', () => { it('fails', () => { throw new Error('out of paper'); }); });`;
const files = {
  ...extension('good', { 'test/good.test.ts': passing, 'answer.ts': 'export const answer: number = 42;\n' }),
  ...extension('bad', { 'test/deep/bad.test.ts': failing }),
  ...extension('untested', { 'routes/x.test.ts': failing }),
};

describe('test', () => {
  it('runs the tests of an extension that lies anywhere on disk', async () => {
    await using application = await Application.create(files);
    const { code, stdout, stderr } = await application.run(['test', 'good']);
    expect(code, stdout + stderr).to.equal(0);
    expect(stdout).to.include('1 passing');
  });

  it('runs those of all extensions of the application, and fails when one does', async () => {
    await using application = await Application.create(files);
    const { code, stdout } = await application.run(['test']);
    expect(code).to.equal(1);
    expect(stdout).to.include('1 passing').and.include('1 failing').and.include('out of paper');
    expect((await application.run(['test', '--grep', 'sees its own'])).code).to.equal(0);
  });

  it('fails when no test has the text in its name', async () => {
    await using application = await Application.create(files);
    const { code, stderr } = await application.run(['test', 'good', '--grep', 'zzzz']);
    expect(code).to.equal(1);
    expect(stderr).to.include('No test ran. Has one of them "zzzz" in its name?');
  });

  it('runs what there is when one of several extensions has no tests, and names that one', async () => {
    await using application = await Application.create(files);
    const { code, stdout, stderr } = await application.run(['test', 'untested', 'good']);
    expect(code).to.equal(0);
    expect(stdout).to.include('1 passing');
    expect(stderr).to.include('There is no file test/*.test.ts in "untested"');
  });

  it('names extensions without tests, and those that are not there', async () => {
    await using application = await Application.create(files);
    const untested = await application.run(['test', 'untested']);
    expect(untested.code).to.equal(1);
    expect(untested.stderr).to.include('There is no file test/*.test.ts in "untested"');
    const unknown = await application.run(['test', 'god']);
    expect(unknown.stderr).to.include('Did you mean "good"?');
    await using empty = await Application.create();
    expect((await empty.run(['test'])).stderr).to.include('no extension with tests');
  });
});
