import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import { boot, small, versionRoute } from '../support/application.ts';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

describe('Replaced generations', () => {
  it('are collected, also where two extensions are reloaded in turn', async () => {
    await using application = await boot({ ...small('first', '0'), ...small('second', '0') });
    const { extensions } = application.kernel;
    const replaced: WeakRef<object>[] = [];
    for (let round = 1; round <= 8; round += 1) {
      for (const name of ['first', 'second']) {
        const generation = extensions.active.get(name);
        if (generation) replaced.push(new WeakRef(generation));
        application.replace(`extensions/${name}/routes/version.ts`, versionRoute(String(round)));
        await extensions.reload(name);
        await application.kernel.inject('GET', `/${name}`);
      }
    }
    await extensions.idle();
    for (let time = 0; time < 5; time += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      collectGarbage();
    }
    expect(replaced).to.have.length(16);
    // What the last of them served may still be held by its request.
    expect(replaced.filter((generation) => generation.deref()).length).to.be.at.most(2);
  });
});
