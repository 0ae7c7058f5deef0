import { BackplaneError } from 'backplane';
import { expect } from 'chai';
import { errorOf } from '../support/blog-data.ts';
import { onEveryDatabase } from '../support/databases.ts';
import { createThings, moment, thingsIn } from '../support/things.ts';

onEveryDatabase('A transaction within another', (open) => {
  it('fails alone, whatever the outer one writes meanwhile', async () => {
    const database = await createThings(await open());
    const inside = moment();
    await database.transaction(async () => {
      const part = database
        .transaction(async () => {
          await database.run('insert into things (id) values (1)');
          inside.now();
          await database.knex('things').insert({ id: 2 });
          throw new Error('no');
        })
        .catch(() => {});
      await inside.come;
      await Promise.all([
        part,
        database.run('insert into things (id) values (3)'),
        database.knex('things').insert({ id: 4 }),
        database.execute('insert into things (id) values (5)'),
      ]);
    });
    expect(await thingsIn(database)).to.deep.equal([3, 4, 5]);
  });

  it('keeps what was begun beside it in either order', async () => {
    const database = await createThings(await open());
    const fails = (id: number): Promise<unknown> =>
      database
        .transaction(async () => {
          await database.run(`insert into things (id) values (${id})`);
          throw new Error('no');
        })
        .catch(() => {});
    await database.transaction(async () => {
      await Promise.all([
        database.knex('things').insert({ id: 1 }),
        fails(2),
        database.run('insert into things (id) values (3)'),
        fails(4),
      ]);
    });
    expect(await thingsIn(database)).to.deep.equal([1, 3]);
  });

  it('goes before or after its sibling, and neither is undone by the other', async () => {
    const database = await createThings(await open());
    await database.transaction(async () => {
      const parts = Array.from({ length: 6 }, (_, id) =>
        database.transaction(async () => {
          await database.run(`insert into things (id) values (${id})`);
          await database.knex('things').where({ id }).update({ name: 'changed' });
          if (id % 2 === 0) throw new Error('no');
        }),
      );
      await Promise.allSettled(parts);
    });
    expect(await thingsIn(database)).to.deep.equal([1, 3, 5]);
  });

  it('is committed whole although nobody awaits it', async () => {
    const database = await createThings(await open());
    let part: Promise<unknown> | undefined;
    await database.transaction(async () => {
      part = database.transaction(async () => {
        await database.run('insert into things (id) values (1)');
        await new Promise(setImmediate);
        await database.run('insert into things (id) values (2)');
      });
    });
    await part;
    expect(await thingsIn(database)).to.deep.equal([1, 2]);
  });

  it('cannot write after the outer one was rolled back', async () => {
    const database = await createThings(await open());
    const begun = moment();
    const rolledBack = moment();
    let part: Promise<unknown> | undefined;
    await database
      .transaction(async () => {
        part = database.transaction(async () => {
          begun.now();
          await rolledBack.come;
          await database.run('insert into things (id) values (1)');
        });
        part.catch(() => {});
        await begun.come;
        throw new Error('no');
      })
      .catch(() => {});
    rolledBack.now();
    expect((await errorOf(part ?? Promise.resolve())).code).to.equal('TRANSACTION_ENDED');
    expect(await thingsIn(database)).to.deep.equal([]);
  });

  it('says so when it and the outer one wait for each other', async () => {
    const database = await createThings(await open({ acquireTimeout: 100 }));
    const inside = moment();
    const error = await errorOf(
      database.transaction(async () => {
        const written = inside.come.then(() => database.run('insert into things (id) values (1)'));
        await database.transaction(async () => {
          inside.now();
          await written;
        });
      }),
    );
    expect(error.code).to.equal('TRANSACTION_STUCK');
    expect(error.message).to.include('"default"').and.to.include('100 ms');
    expect(await thingsIn(database)).to.deep.equal([]);
  });

  it('is waited for as long as it goes on', async () => {
    const database = await createThings(await open({ acquireTimeout: 1000 }));
    const started = performance.now();
    let next = 100;
    await database.transaction(async () => {
      const part = database.transaction(async () => {
        while (performance.now() - started < 2000) {
          await database.run(`insert into things (id) values (${next})`);
          next += 1;
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
      });
      await Promise.all([part, database.run('insert into things (id) values (1)')]);
    });
    expect(await database.run('select id from things where id = 1')).to.have.length(1);
  });

  it('keeps the statements of a session out, too', async () => {
    const database = await createThings(await open());
    await database.session(async () => {
      const part = database
        .transaction(async () => {
          await database.run('insert into things (id) values (1)');
          throw new Error('no');
        })
        .catch(() => {});
      await Promise.all([
        part,
        database.run('insert into things (id) values (2)'),
        database.knex('things').insert({ id: 3 }),
      ]);
    });
    expect(await thingsIn(database)).to.deep.equal([2, 3]);
  });

  it("is one of knex's own, too, which can be rolled back alone", async () => {
    const database = await createThings(await open());
    await database.transaction(async () => {
      await database.knex('things').insert({ id: 1 });
      expect(database.knex.isTransaction).to.equal(true);
      await errorOf(
        database.knex.transaction(async (transaction) => {
          await transaction('things').insert({ id: 2 });
          throw new Error('no');
        }),
      );
      await database.knex.transaction((transaction) => transaction('things').insert({ id: 3 }));
    });
    expect(await thingsIn(database)).to.deep.equal([1, 3]);
    await errorOf(
      database.transaction(async () => {
        await database.knex.transaction((transaction) => transaction('things').insert({ id: 4 }));
        throw new Error('no');
      }),
    );
    expect(await thingsIn(database)).to.deep.equal([1, 3]);
  });

  it('leaves the error of its work what it was', async () => {
    const database = await createThings(await open());
    const thrown = new Error('no');
    const error = await errorOf(
      database.transaction(() => database.transaction(() => Promise.reject(thrown))),
    );
    expect(error).to.equal(thrown);
  });
});

onEveryDatabase('What follows a commit', (open) => {
  it('is all done, and says that the transaction is committed when it fails', async () => {
    const database = await createThings(await open());
    const called: string[] = [];
    const error = await errorOf(
      database.transaction(async () => {
        await database.run('insert into things (id) values (1)');
        await database.afterCommit(() => {
          throw new Error('The mail is lost');
        });
        await database.afterCommit(() => called.push('second'));
      }),
    );
    expect(error.code).to.equal('AFTER_COMMIT_FAILED');
    expect(error.message).to.include('is committed').and.to.include('The mail is lost');
    expect(called).to.deep.equal(['second']);
    expect(await thingsIn(database)).to.deep.equal([1]);
  });

  it('may write', async () => {
    const database = await createThings(await open());
    await database.session(() =>
      database.transaction(async () => {
        await database.afterCommit(() => database.run('insert into things (id) values (1)'));
      }),
    );
    expect(await thingsIn(database)).to.deep.equal([1]);
  });
});

onEveryDatabase('A transaction that gave way', (open) => {
  const conflict = (): BackplaneError =>
    new BackplaneError('TRANSACTION_CONFLICT', { name: 'default', reason: 'a test' });

  it('is run again as often as it was told, and each attempt leaves nothing behind', async () => {
    const database = await createThings(await open());
    let attempts = 0;
    const called: number[] = [];
    const result = await database.transaction(
      async () => {
        attempts += 1;
        const attempt = attempts;
        await database.afterCommit(() => called.push(attempt));
        await database.run(`insert into things (id) values (${attempt})`);
        if (attempt < 3) throw conflict();
        return 'done';
      },
      { retries: 2 },
    );
    expect(result).to.equal('done');
    expect(called).to.deep.equal([3]);
    expect(await thingsIn(database)).to.deep.equal([3]);
  });

  it('is run once if nothing else was said, or if it failed otherwise', async () => {
    const database = await open();
    for (const [error, options] of [
      [conflict(), {}],
      [new Error('no'), { retries: 5 }],
    ] as const) {
      let attempts = 0;
      const work = async (): Promise<void> => {
        attempts += 1;
        throw error;
      };
      expect(await errorOf(database.transaction(work, options))).to.equal(error);
      expect(attempts).to.equal(1);
    }
  });
});

onEveryDatabase('A transaction whose work throws undefined', (open) => {
  it('rejects, keeps nothing, and so does a part of another', async () => {
    const database = await createThings(await open());
    const throwing = (id: number) => (): Promise<void> =>
      database.transaction(async () => {
        await database.run(`insert into things (id) values (${id})`);
        throw undefined;
      });
    expect(await errorOf(throwing(1))).to.have.property('code', 'UNDEFINED_THROWN');
    await database.transaction(async () => {
      expect((await errorOf(throwing(2))).message).to.include('threw undefined');
      await database.run('insert into things (id) values (3)');
    });
    expect(await thingsIn(database)).to.deep.equal([3]);
  });
});

onEveryDatabase('Serializable transactions', (open) => {
  it('lose no update of what they read', async () => {
    const database = await createThings(await open());
    await database.knex('things').insert({ id: 1, name: '0' });
    await Promise.all(
      Array.from({ length: 8 }, () =>
        database.transaction(
          async () => {
            const [row] = await database.knex('things').where({ id: 1 });
            await database
              .knex('things')
              .where({ id: 1 })
              .update({ name: String(Number(row.name) + 1) });
          },
          { isolation: 'serializable', retries: 30 },
        ),
      ),
    );
    expect(await database.knex('things').pluck('name')).to.deep.equal(['8']);
  });
});
