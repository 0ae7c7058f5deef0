import type { TestKernel } from 'backplane/testing';
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

/**
 * Medians of two kinds of requests, taken in turn so that what else the machine does meets both.
 *
 * @param before each of them, and not measured
 */
async function compare(
  rounds: number,
  first: () => Promise<unknown>,
  second: () => Promise<unknown>,
  before: () => Promise<unknown> = async () => undefined,
): Promise<{ readonly first: number; readonly second: number; readonly difference: number }> {
  const times: [number, number][] = [];
  for (let round = -2; round < rounds; round += 1) {
    const measured = async (work: () => Promise<unknown>): Promise<number> => {
      await before();
      return millisecondsOf(work);
    };
    // Whichever comes second might find something warm.
    const isTurned = round % 2 === 0;
    const a = isTurned ? 0 : await measured(first);
    const b = await measured(second);
    const taken: [number, number] = [isTurned ? await measured(first) : a, b];
    if (round >= 0) times.push(taken);
  }
  const [one, two] = [median(times.map(([a]) => a)), median(times.map(([, b]) => b))];
  return { first: one, second: two, difference: median(times.map(([a, b]) => a - b)) };
}

/**
 * Makes sure that two kinds of requests take the same time. What would tell them apart tells it each time; what the machine does
 * besides does not, so that one of three measurements is enough.
 *
 * @param limit share of the time that the medians may differ by
 */
async function expectAlike(
  what: string,
  limit: number,
  measure: () => ReturnType<typeof compare>,
): Promise<void> {
  const shares: number[] = [];
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    const times = await measure();
    tell(what, times);
    const share = Math.abs(times.difference) / Math.min(times.first, times.second);
    if (share < limit) return;
    shares.push(share);
  }
  expect.fail(`${what} take times that differ by ${shares.map((one) => one.toFixed(2)).join(', ')} of them.`);
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
    await expectAlike('login: wrong password, unknown user', 0.15, () =>
      compare(
        21,
        () => attempt(ann.email),
        () => attempt('nobody@example.org'),
      ),
    );
  });

  it('is not told by how long registering takes', async function () {
    this.timeout(60_000);
    await using kernel = await startAuth({ settings: real });
    await createUser(kernel);
    const attempt = (email: string) => post(kernel, 'register', { email, password: 'some other sentence' });
    let made = 0;
    // What goes on after one answer must not slow the next one down.
    const settled = () => kernel.service('auth').background.settled();
    await expectAlike('register: taken, free', 0.15, () =>
      compare(
        11,
        () => attempt(ann.email),
        () => {
          made += 1;
          return attempt(`new-${made}@example.org`);
        },
        settled,
      ),
    );
  });

  it('is not told by how long asking for a reset takes', async function () {
    this.timeout(60_000);
    await using kernel = await startAuth();
    await createUser(kernel);
    const { background } = kernel.service('auth');
    const attempt = (email: string) => post(kernel, 'password/forgot', { email });
    await expectAlike('reset: known, unknown', 0.3, () =>
      compare(
        101,
        () => attempt(ann.email),
        () => attempt('nobody@example.org'),
        // What goes on after one answer must not slow the next one down.
        () => background.settled(),
      ),
    );
    await background.settled();
  });
});

/** Measured values belong into the report of whoever asks for them. */
function tell(what: string, { first, second, difference }: Awaited<ReturnType<typeof compare>>): void {
  if (process.env.TELL_TIMES === undefined) return;
  const text = [first, second, difference].map((one) => one.toFixed(3)).join(', ');
  process.stdout.write(`      ${what}, difference (medians, ms): ${text}\n`);
}
