import { expect } from 'chai';
import { BackplaneError, FaultList } from '../../kernel/errors.ts';
import {
  type Active,
  type AnyRegistry,
  compileSnapshot,
  defineRegistry,
  type Owner,
} from '../../kernel/snapshot/index.ts';

const owner = (name: string): Owner => ({ name, generation: 1, prefix: '' });
const [blog, shop] = [owner('blog'), owner('shop')];

const isString = (value: unknown): value is string => typeof value === 'string';
/** Counts how often it compiles, and refuses two contributions of one text. */
function words(name: string, dependsOn: readonly string[] = []) {
  const calls = { count: 0 };
  const registry = defineRegistry<string, readonly string[]>({
    name,
    dependsOn,
    expected: 'a word',
    accepts: isString,
    compile(contributions) {
      calls.count += 1;
      const owners = new Map<string, string>();
      for (const { value, owner: by } of contributions) {
        const other = owners.get(value);
        if (other !== undefined) {
          throw new BackplaneError('CONTRIBUTION_CONFLICT', {
            what: `The word "${value}"`,
            owners: [other, by.name],
          });
        }
        owners.set(value, by.name);
      }
      return [...owners.keys()];
    },
  });
  return { registry, calls };
}

function active(
  registries: readonly AnyRegistry[],
  values: Record<string, readonly [Owner, string][]>,
): Active {
  return {
    owners: new Map([blog, shop].map((one) => [one.name, one])),
    registries: registries.map((registry) => ({ registry, owner: 'kernel' })),
    contributions: new Map(
      Object.entries(values).map(([name, list]) => [
        name,
        list.map(([by, value]) => ({ owner: by, source: 'words/a.ts', value })),
      ]),
    ),
  };
}

describe('compiling a snapshot', () => {
  it('gives every registry its contributions in order, and counts publications', () => {
    const { registry } = words('words');
    const snapshot = compileSnapshot(
      active([registry], {
        words: [
          [blog, 'a'],
          [shop, 'b'],
        ],
      }),
    );
    expect(snapshot.get(registry)).to.deep.equal(['a', 'b']);
    expect(snapshot.number).to.equal(1);
    expect(compileSnapshot(active([registry], {}), snapshot).number).to.equal(2);
  });

  it('lets a view build on others, whatever the order of their registries', () => {
    const { registry: base } = words('base');
    const above = defineRegistry<string, string>({
      name: 'above',
      dependsOn: ['base'],
      expected: 'a word',
      accepts: isString,
      compile: (_contributions, views) => views.get(base).join('+'),
    });
    const snapshot = compileSnapshot(
      active([above, base], {
        base: [
          [blog, 'a'],
          [shop, 'b'],
        ],
      }),
    );
    expect(snapshot.get(above)).to.equal('a+b');
  });

  it('takes over the views whose contributions and foundations are the same', () => {
    const base = words('base');
    const above = words('above', ['base']);
    const other = words('other');
    const registries = [base.registry, above.registry, other.registry];
    const first = compileSnapshot(active(registries, { base: [[blog, 'a']], above: [[blog, 'x']] }));
    compileSnapshot(active(registries, { base: [[blog, 'changed']], above: [[blog, 'x']] }), first);
    expect([base.calls.count, above.calls.count, other.calls.count]).to.deep.equal([2, 2, 1]);
  });

  it('compiles anew for another generation of an owner, though the value is equal', () => {
    const { registry, calls } = words('words');
    const first = compileSnapshot(active([registry], { words: [[blog, 'a']] }));
    compileSnapshot(active([registry], { words: [[owner('blog'), 'a']] }), first);
    expect(calls.count).to.equal(2);
  });

  it('reports the conflicts of all registries at once, with both owners, and not what only follows from them', () => {
    const [one, two, above] = [words('one'), words('two'), words('above', ['one'])];
    const same: readonly [Owner, string][] = [
      [blog, 'a'],
      [shop, 'a'],
    ];
    const compile = () =>
      compileSnapshot(active([one.registry, two.registry, above.registry], { one: same, two: same }));
    expect(compile).to.throw(FaultList).with.property('errors').with.length(2);
    expect(compile).to.throw('The word "a" is contributed by "blog", "shop".');
    expect(above.calls.count).to.equal(0);
  });

  it('says which view failed and whose it is, when a registry throws something of its own', () => {
    const broken = defineRegistry<string, string>({
      name: 'broken',
      expected: 'a word',
      accepts: isString,
      compile: () => {
        throw new TypeError('oops');
      },
    });
    expect(() => compileSnapshot(active([broken], {}))).to.throw(
      'The view "broken" (declared by "kernel") could not be compiled: oops',
    );
  });

  it('refuses registries that build on each other in a circle, showing the path, and two of one name', () => {
    const [a, b] = [words('a', ['b']), words('b', ['a'])];
    expect(() => compileSnapshot(active([a.registry, b.registry], {}))).to.throw('a → b → a');
    expect(() => compileSnapshot(active([words('a').registry, words('a').registry], {}))).to.throw(
      'The registry "a"',
    );
  });

  it('knows no view of a registry that nobody declares', () => {
    const { registry } = words('absent');
    const snapshot = compileSnapshot(active([], {}));
    expect(() => snapshot.get(registry)).to.throw('The view "absent" is not in this snapshot');
    expect(snapshot.find('absent')).to.equal(undefined);
  });
});

describe('a snapshot', () => {
  it('tells its publisher when its last user has left, or at once when it has none', () => {
    const snapshot = compileSnapshot(active([], {}));
    const told: string[] = [];
    snapshot.acquire().acquire();
    snapshot.retire(() => told.push('unused'));
    snapshot.release();
    expect([told.length, snapshot.users]).to.deep.equal([0, 1]);
    snapshot.release();
    expect(told).to.deep.equal(['unused']);
    compileSnapshot(active([], {})).retire(() => told.push('at once'));
    expect(told).to.deep.equal(['unused', 'at once']);
  });
});
