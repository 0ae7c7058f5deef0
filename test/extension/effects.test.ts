import { expect } from 'chai';
import { OwnedEffects } from '../../kernel/extension/effects.ts';
import { advance } from '../../kernel/extension/state.ts';
import { until } from '../support/application.ts';

const effectsOf = (errors: unknown[] = [], timeout = 20) =>
  new OwnedEffects('blog', timeout, (error) => errors.push(error));

describe('owned effects', () => {
  it('are released in reverse order, each awaited, whatever one of them throws', async () => {
    const effects = effectsOf([], 5000);
    const log: string[] = [];
    effects.add('first', () => log.push('first'));
    effects.add('second', async () => {
      await new Promise(setImmediate);
      log.push('second');
      throw new Error('no');
    });
    effects.add('third', () => log.push('third'));
    const errors = await effects.release();
    expect(log).to.deep.equal(['third', 'second', 'first']);
    expect(errors.map(({ message }) => message)).to.deep.equal(['no']);
    expect(effects.list()).to.deep.equal([]);
  });

  it('that do not end are given up after their time', async () => {
    const effects = effectsOf();
    const log: string[] = [];
    effects.add('good', () => log.push('good'));
    effects.add('stuck', () => new Promise(() => {}));
    const [error] = await effects.release();
    expect(error?.message).to.include('"stuck"').and.to.include('longer than 20 ms');
    expect(log).to.deep.equal(['good']);
  });

  it('are refused once the generation is gone; what was being acquired meanwhile is given back', async () => {
    const effects = effectsOf();
    const log: string[] = [];
    const opened = Promise.withResolvers<string>();
    const acquiring = effects
      .acquire(
        'socket',
        () => opened.promise,
        (socket) => log.push(`closed ${socket}`),
      )
      .catch((error: Error) => error.message);
    await effects.release();
    opened.resolve('it');
    expect(await acquiring)
      .to.include('"socket"')
      .and.to.include('disposed of');
    expect(log).to.deep.equal(['closed it']);
    expect(() => effects.add('late', () => {})).to.throw('disposed of');
    expect(effects.signal.aborted).to.equal(true);
  });

  it('repeat on an interval until released; a tick that fails is told, and the next one comes', async () => {
    const errors: unknown[] = [];
    const effects = effectsOf(errors);
    let ticks = 0;
    effects.interval(() => {
      ticks += 1;
      if (ticks === 1) throw new Error('first');
    }, 1);
    await until(() => ticks >= 3);
    await effects.release();
    expect(errors).to.have.length(1);
  });

  it('are listed until a timeout has run off', async () => {
    const effects = effectsOf();
    let ran = false;
    effects.timeout(() => (ran = true), 1, 'soon');
    expect(effects.list().map(({ name }) => name)).to.deep.equal(['soon']);
    await until(() => ran);
    expect(effects.list()).to.deep.equal([]);
  });
});

describe('states of a generation', () => {
  it('follow each other only as they may', () => {
    expect(advance('blog', 'loading', 'staged')).to.equal('staged');
    expect(advance('blog', 'draining', 'unload-failed')).to.equal('unload-failed');
    expect(() => advance('blog', 'disposed', 'active')).to.throw('cannot go from "disposed" to "active"');
    expect(() => advance('blog', 'active', 'disposed')).to.throw('cannot go from "active" to "disposed"');
  });
});
