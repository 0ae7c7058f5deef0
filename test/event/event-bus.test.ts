import { expect } from 'chai';
import { defineListener, EventBus, listeners } from '../../kernel/event/index.ts';
import { createBus, owner, scope, tableOf } from './fixture.ts';

describe('the event bus', () => {
  it('calls listeners by priority, equals in the order of their extensions, each awaited', async () => {
    const heard: string[] = [];
    const slow = async (name: string): Promise<void> => {
      await Promise.resolve();
      await Promise.resolve();
      heard.push(name);
    };
    const { bus } = createBus(
      [owner('a'), defineListener('shop.ordered', () => slow('a'))],
      [owner('b'), defineListener('shop.*', () => slow('b'), { priority: 10 })],
      [owner('c'), defineListener('**', () => slow('c'))],
      [owner('d'), defineListener('shop.ordered', () => slow('d'), { priority: -1 })],
      [owner('e'), defineListener('shop.ordered', () => void heard.push('e'))],
    );
    const events = bus.for(scope('f'));
    events.on('shop.ordered', () => slow('f'));
    events.on('shop.ordered', () => slow('g'), { priority: 20 });
    await bus.emit('shop.ordered', { id: '1' });
    expect(heard).to.deep.equal(['g', 'b', 'a', 'c', 'e', 'f', 'd']);
  });

  it('hands over the payload, the name of the event and what the extension may use', async () => {
    const shop = owner('shop');
    shop.container.value('till', { open: true });
    let seen: unknown[] = [];
    const { bus } = createBus([
      shop,
      defineListener('shop.paid', ({ amount }, { name, log, services }) => {
        seen = [amount, name, log, services];
      }),
    ]);
    await bus.emit('shop.paid', { id: '1', amount: 5 });
    expect(seen.slice(0, 3)).to.deep.equal([5, 'shop.paid', shop.log]);
    expect(seen[3]).to.have.nested.property('till.open', true);
  });

  it('isolates what listeners throw and calls the rest', async () => {
    const heard: string[] = [];
    const { bus, reported } = createBus(
      [
        owner('a'),
        defineListener('shop.ordered', () => {
          throw new Error('sync');
        }),
      ],
      [owner('b'), defineListener('shop.ordered', () => Promise.reject(new Error('async')))],
      [owner('c'), defineListener('shop.ordered', ({ id }) => void heard.push(id))],
    );
    bus.for(scope('d')).on('shop.*', () => Promise.reject('no error at all'));
    await bus.emit('shop.ordered', { id: '1' });
    expect(heard).to.deep.equal(['1']);
    expect(reported).to.deep.equal([
      { message: 'sync', owner: 'a', event: 'shop.ordered' },
      { message: 'async', owner: 'b', event: 'shop.ordered' },
      { message: 'no error at all', owner: 'd', event: 'shop.ordered' },
    ]);
  });

  it('does not reject when even the report fails', async () => {
    const warning = new Promise<Error>((resolve) => process.once('warning', resolve));
    const table = tableOf([
      [owner('a'), defineListener('shop.closed', () => Promise.reject(new Error('x')))],
    ]);
    const bus = new EventBus({
      table: () => table,
      onError: () => {
        throw new Error('the log is full');
      },
    });
    await bus.emit('shop.closed');
    expect((await warning).message).to.equal(
      'The error of a listener of "a" could not be reported: the log is full',
    );
  });

  it('reaches the listeners of the snapshot that is current', async () => {
    const heard: string[] = [];
    const { bus, state } = createBus([
      owner('a'),
      defineListener('shop.closed', () => void heard.push('old')),
    ]);
    state.table = tableOf([[owner('a'), defineListener('shop.closed', () => void heard.push('new'))]]);
    await bus.emit('shop.closed');
    state.table = tableOf([]);
    await bus.emit('shop.closed');
    expect(heard).to.deep.equal(['new']);
  });

  it('emits from within a listener', async () => {
    const heard: string[] = [];
    const { bus } = createBus();
    const events = bus.for(scope('a'));
    events.on('shop.ordered', async ({ id }) => {
      await events.emit('shop.paid', { id, amount: 1 });
      heard.push('ordered');
    });
    events.on('shop.paid', () => void heard.push('paid'));
    await events.emit('shop.ordered', { id: '1' });
    expect(heard).to.deep.equal(['paid', 'ordered']);
  });

  it('tries no pattern for an event when there are none, however many listeners there are', async () => {
    const { bus } = createBus();
    const events = bus.for(scope('a'));
    for (let i = 0; i < 20_000; i += 1) events.on(`other.event${i}`, () => undefined);
    let heard = 0;
    events.on('shop.closed', () => {
      heard += 1;
    });
    const start = performance.now();
    for (let i = 0; i < 1_000; i += 1) await bus.emit('shop.closed');
    expect(heard).to.equal(1_000);
    // Scanning 20,000 listeners a thousand times takes seconds; looking one up takes a few milliseconds.
    expect(performance.now() - start).to.be.below(500);
  });
});

describe('a listener that is called once', () => {
  it('runs exactly once, even when events come at the same time', async () => {
    let contributed = 0;
    let added = 0;
    const { bus } = createBus([
      owner('a'),
      defineListener(
        'shop.*',
        async () => {
          await Promise.resolve();
          contributed += 1;
        },
        { once: true },
      ),
    ]);
    const by = scope('b');
    bus.for(by).once('shop.ordered', async () => {
      await Promise.resolve();
      added += 1;
    });
    await Promise.all([1, 2, 3].map((id) => bus.emit('shop.ordered', { id: String(id) })));
    await bus.emit('shop.ordered', { id: '4' });
    expect([contributed, added]).to.deep.equal([1, 1]);
    expect(bus.listenerCount(by)).to.equal(0);
  });

  it('stays spent when another extension reloads, and counts anew for its own next generation', async () => {
    let heard = 0;
    const make = () =>
      defineListener(
        'shop.closed',
        () => {
          heard += 1;
        },
        { once: true },
      );
    const first = make();
    const { bus, state } = createBus([owner('a'), first]);
    await bus.emit('shop.closed');
    state.table = tableOf([
      [owner('a'), first],
      [owner('b'), defineListener('shop.ordered', () => undefined)],
    ]);
    await bus.emit('shop.closed');
    expect(heard).to.equal(1);
    state.table = tableOf([[owner('a'), make()]]);
    await bus.emit('shop.closed');
    expect(heard).to.equal(2);
  });

  it('runs once in each of two kernels that share it', async () => {
    let heard = 0;
    const shared = defineListener(
      'shop.closed',
      () => {
        heard += 1;
      },
      { once: true },
    );
    const one = createBus([owner('a'), shared]);
    const two = createBus([owner('a'), shared]);
    await one.bus.emit('shop.closed');
    await two.bus.emit('shop.closed');
    await two.bus.emit('shop.closed');
    expect(heard).to.equal(2);
  });
});

describe('a listener that an extension adds as it runs', () => {
  it('hears nothing before its generation is published, nor after it has ended', async () => {
    const { bus } = createBus();
    const by = scope('a');
    by.live = false;
    let heard = 0;
    bus.for(by).on('shop.closed', () => {
      heard += 1;
    });
    await bus.emit('shop.closed');
    by.live = true;
    await bus.emit('shop.closed');
    by.live = false;
    await bus.emit('shop.closed');
    expect(heard).to.equal(1);
  });

  it('leaves with its generation, and that of the next stays', async () => {
    const { bus } = createBus();
    const [old, next] = [scope('a'), scope('a')];
    const heard: string[] = [];
    bus.for(old).on('shop.*', () => void heard.push('old'));
    bus.for(old).on('shop.closed', () => void heard.push('old'));
    bus.for(next).on('shop.closed', () => void heard.push('next'));
    expect([bus.listenerCount(old), bus.listenerCount(next), bus.listenerCount()]).to.deep.equal([2, 1, 3]);
    bus.remove(old);
    await bus.emit('shop.closed');
    expect(heard).to.deep.equal(['next']);
    expect([bus.listenerCount(old), bus.listenerCount()]).to.deep.equal([0, 1]);
  });

  it('cannot be added any more by code that outlives its generation', async () => {
    const { bus } = createBus();
    const by = scope('a');
    const events = bus.for(by);
    bus.remove(by);
    let heard = 0;
    events.on('shop.closed', () => {
      heard += 1;
    });
    await bus.emit('shop.closed');
    expect([heard, bus.listenerCount()]).to.deep.equal([0, 0]);
  });

  it('is not called when its generation ends while an earlier listener is at work', async () => {
    const by = scope('b');
    let heard = 0;
    const { bus } = createBus([
      owner('a'),
      defineListener('shop.closed', () => bus.remove(by), { priority: 1 }),
    ]);
    bus.for(by).on('shop.closed', () => {
      heard += 1;
    });
    await bus.emit('shop.closed');
    expect(heard).to.equal(0);
  });

  it('leaves when what "on" returned is disposed', async () => {
    const { bus } = createBus();
    const by = scope('a');
    let heard = 0;
    {
      using _listening = bus.for(by).on('shop.closed', () => {
        heard += 1;
      });
      await bus.emit('shop.closed');
    }
    await bus.emit('shop.closed');
    expect([heard, bus.listenerCount(by)]).to.deep.equal([1, 0]);
  });
});

describe('the registry of listeners', () => {
  it('accepts what defineListener makes and nothing else', () => {
    expect(listeners.accepts(defineListener('shop.closed', () => undefined))).to.equal(true);
    expect(listeners.accepts({ pattern: 'shop.closed', handle: () => undefined })).to.equal(false);
    expect(listeners.accepts(() => undefined)).to.equal(false);
  });
});
