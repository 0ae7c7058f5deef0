import { type TestKernel, until } from 'backplane/testing';
import { expect } from 'chai';
import { ann, createUser, form, post, startAuth } from './app.ts';

/** What hashing costs by default: what is to be hidden must not be hidden by cheap hashes alone. */
const real = { argon2Memory: 19_456, argon2Passes: 2, throttleAttempts: 10_000 };

async function millisecondsOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** Medians of two kinds of requests, taken in turn so that what else the machine does meets both. */
async function compare(
  rounds: number,
  first: (round: number) => Promise<unknown>,
  second: (round: number) => Promise<unknown>,
): Promise<{ readonly first: number; readonly second: number; readonly difference: number }> {
  const times: [number, number][] = [];
  for (let round = -2; round < rounds; round += 1) {
    // Whichever comes second might find something warm.
    const isTurned = round % 2 === 0;
    const a = isTurned ? 0 : await millisecondsOf(() => first(round));
    const b = await millisecondsOf(() => second(round));
    const taken: [number, number] = [isTurned ? await millisecondsOf(() => first(round)) : a, b];
    if (round >= 0) times.push(taken);
  }
  const [one, two] = [median(times.map(([a]) => a)), median(times.map(([, b]) => b))];
  return { first: one, second: two, difference: median(times.map(([a, b]) => a - b)) };
}

async function withoutIds(kernel: TestKernel, path: string, body: object): Promise<object> {
  const { status, headers, body: text } = await post(kernel, path, body);
  const { 'x-request-id': _id, date: _date, ...rest } = headers;
  return { status, headers: rest, text };
}

describe('Who has an account', () => {
  it('is not told by the text of any answer', async () => {
    await using kernel = await startAuth();
    await createUser(kernel);
    const disabled = await createUser(kernel, { email: 'closed@example.org' });
    await kernel.service('auth').administration.disable(disabled);
    const wrong = { password: 'a wrong one here' };
    const nobody = 'nobody@example.org';

    const unknown = await withoutIds(kernel, 'login', { email: nobody, ...wrong });
    expect(await withoutIds(kernel, 'login', { email: ann.email, ...wrong })).to.deep.equal(unknown);
    const closed = { ...ann, email: 'closed@example.org' };
    expect(await withoutIds(kernel, 'login', closed), 'the right password of a closed one').to.deep.equal(
      unknown,
    );

    const register = (email: string) =>
      withoutIds(kernel, 'register', { email, password: 'some other sentence' });
    expect(await register(ann.email)).to.deep.equal(await register(nobody));
    for (const path of ['password/forgot', 'email/verify/request']) {
      const known = await withoutIds(kernel, path, { email: ann.email });
      expect(known, path).to.deep.equal(await withoutIds(kernel, path, { email: 'none@example.org' }));
    }
    const grant = { grant_type: 'password', ...wrong };
    const granted = await form(kernel, { ...grant, username: ann.email });
    expect(granted.body).to.equal((await form(kernel, { ...grant, username: 'none@example.org' })).body);
  });

  it('is not told by how long a login takes', async function () {
    this.timeout(60_000);
    await using kernel = await startAuth({ settings: real });
    await createUser(kernel);
    const attempt = (email: string) => post(kernel, 'login', { email, password: 'a wrong one here' });
    const times = await compare(
      21,
      () => attempt(ann.email),
      () => attempt('nobody@example.org'),
    );
    tell('login: wrong password, unknown user', times);
    expect(Math.abs(times.difference)).to.be.below(times.first * 0.2);
  });

  it('is not told by how long registering takes', async function () {
    this.timeout(60_000);
    await using kernel = await startAuth({ settings: real });
    await createUser(kernel);
    const attempt = (email: string) => post(kernel, 'register', { email, password: 'some other sentence' });
    const times = await compare(
      21,
      () => attempt(ann.email),
      (round) => attempt(`new-${round}@example.org`),
    );
    tell('register: taken, free', times);
    expect(Math.abs(times.difference)).to.be.below(times.first * 0.2);
  });

  it('is not told by how long asking for a reset takes', async function () {
    this.timeout(60_000);
    await using kernel = await startAuth();
    await createUser(kernel);
    const { background } = kernel.service('auth');
    const attempt = async (email: string) => {
      await post(kernel, 'password/forgot', { email });
    };
    // What goes on after one answer must not slow the next one down while it is measured.
    const settled = (email: string) => async () => {
      await attempt(email);
    };
    const times = await compare(
      101,
      async () => {
        await background.settled();
        await settled(ann.email)();
      },
      async () => {
        await background.settled();
        await settled('nobody@example.org')();
      },
    );
    tell('reset: known, unknown', times);
    await until(async () => (await background.settled()) === undefined);
    expect(Math.abs(times.difference)).to.be.below(Math.max(1, times.second * 0.5));
  });
});

/** Measured values belong into the report of whoever asks for them. */
function tell(what: string, { first, second, difference }: Awaited<ReturnType<typeof compare>>): void {
  if (process.env.TELL_TIMES === undefined) return;
  const text = [first, second, difference].map((one) => one.toFixed(3)).join(', ');
  process.stdout.write(`      ${what}, difference (medians, ms): ${text}\n`);
}
