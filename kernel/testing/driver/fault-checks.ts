import { deepEqual, equal, fail, ok } from 'node:assert/strict';
import type { Operation } from '../../provider/capability.ts';
import { type Failure, isCallers } from '../../provider/failure.ts';
import { NotApplicable } from '../not-applicable.ts';
import { until } from '../until.ts';
import { Bench, type Ending } from './bench.ts';
import { deadAddress } from './dead-address.ts';
import type { Fault } from './fault.ts';
import { countLines, goodRun } from './good-run.ts';
import type { DocumentedFailure } from './options.ts';
import { type PoolResult, poolRun } from './pool-run.ts';
import { nowhere } from './site.ts';
import { describe, type Subject } from './subject.ts';

/** Milliseconds of real time that what ends at once may take on a busy machine. */
const atOnce = 2_000;

/** One call of the driver that meets a fault: one attempt, and what the driver says about it. */
export async function tellsFault(subject: Subject, operation: Operation, fault: Fault): Promise<void> {
  const good = await goodRun(subject, operation);
  using dead = fault.address ? await deadAddress(fault.address, schemeOf(subject)) : undefined;
  await using bench = await Bench.open(subject, { address: dead?.address });
  const input = await bench.input(operation);
  const { gate, site } = bench;
  const before = site.effects();
  const sent = gate.requests.length;
  if (fault.behaviour) gate.arm({ behaviour: fault.behaviour, always: good.effects === 0 });
  const ending = await (fault.isSilent ? abortedCall(bench, operation, input) : bench.call(operation, input));
  if (fault.address === 'tls' && dead?.sawTls() === false) throw new NotApplicable();
  const requests = countLines(gate.requests.slice(sent));
  for (const [line, count] of requests) {
    const usual = Math.max(good.requests.get(line) ?? 0, 1);
    ok(
      count <= usual,
      `One attempt sent "${line}" ${count} times. The pool is the only loop: switch off the retries of the driver's SDK.`,
    );
  }
  const effects = site.effects() - before;
  // What the pool makes of time and aborts it knows by itself.
  if (!fault.isSilent) judge(fault, ending, operation, { effects, good: good.effects });
}

/** Nobody waits any more for what never comes: it settles at once, and its connection is closed. */
async function abortedCall(bench: Bench, operation: Operation, input: unknown): Promise<Ending> {
  const { gate } = bench;
  const controller = new AbortController();
  const held = gate.held;
  const calling = bench.call(operation, input, { signal: controller.signal });
  let isSettled = false;
  const settle = (): void => {
    isSettled = true;
  };
  calling.then(settle, settle);
  await until(() => gate.held > held);
  controller.abort();
  await until(() => isSettled, { timeout: atOnce }).catch(() =>
    fail(
      `"${operation.name}" does not settle when its signal is aborted: give "signal" to fetch, or end the request yourself.`,
    ),
  );
  await until(() => gate.open === 0, { timeout: atOnce }).catch(() =>
    fail(`"${operation.name}" leaves its connection open when its signal is aborted.`),
  );
  return calling;
}

function judge(
  fault: Fault,
  { failure, error, ...rest }: Ending,
  operation: Operation,
  { effects, good }: { readonly effects: number; readonly good: number },
): void {
  if (failure === undefined) {
    const value = 'value' in rest ? rest.value : undefined;
    if (operation.outputFault(value) !== undefined) return;
    // An API that says all with its status needs no body, and the work was done.
    const isRight = effects > 0 && effects === good && isAnswered(fault);
    ok(isRight, `"${operation.name}" answers ${JSON.stringify(value)}, although it met ${fault.name}.`);
    return;
  }
  const said = `classify says ${JSON.stringify(failure)} of ${describe(error)}`;
  if (effects > 0 && failure.effect === 'none') {
    fail(
      `The API had done it, and ${said}: the pool would do it again elsewhere. Its effect is "unknown"; leave to classifyHttp what the API does not document.`,
    );
  }
  if (effects === 0 && good > 0 && failure.effect === 'done') fail(`The API had done nothing, and ${said}.`);
  if (fault.isFree && failure.effect !== 'none') {
    fail(`Nothing was done, as everybody can know, and ${said}. Its effect is "none".`);
  }
  if (fault.classes && !fault.classes.includes(failure.class)) {
    const expected = fault.classes.map((one) => `"${one}"`).join(' or ');
    fail(
      `Its class is ${expected}, and ${said}. If the API documents it otherwise, say so in "answers" of describeDriver.`,
    );
  }
  if (fault.retryAfter !== undefined) {
    equal(
      failure.retryAfter,
      fault.retryAfter,
      `The API asked to wait ${fault.retryAfter} ms, and ${said}. Read Retry-After, which is in seconds; "retryAfter" is in milliseconds.`,
    );
  }
  checkNumbers(failure, said);
}

const isAnswered = ({ behaviour }: Fault): boolean =>
  behaviour?.do === 'cut body' ||
  (behaviour?.do === 'answer' && behaviour.when === 'after' && behaviour.status === 200);

function checkNumbers({ retryAfter = 0, class: group }: Failure, said: string): void {
  ok(Number.isFinite(retryAfter) && retryAfter >= 0, `"retryAfter" is in milliseconds from now; ${said}.`);
  ok(group !== 'aborted', `Nobody has aborted anything, and ${said}.`);
}

/** The same fault through real pools of one, two and three instances. */
export async function survivesInPools(subject: Subject, operation: Operation, fault: Fault): Promise<void> {
  const good = await goodRun(subject, operation);
  using dead = fault.address ? await deadAddress(fault.address, schemeOf(subject)) : undefined;
  const always = good.effects === 0;
  const base = { subject, operation, fault, address: dead?.address, always };
  const plans = operation.repeatable
    ? [{ count: 2, isShared: true, isOnce: false }]
    : [
        { count: 1, isShared: false, isOnce: false },
        { count: 2, isShared: subject.driver.deduplicates, isOnce: true },
        { count: 3, isShared: false, isOnce: false },
      ];
  const failure = await failureOf(subject, operation, fault);
  const isKnown = operation.safety === 'keyed' && subject.driver.deduplicates;
  const isRepeated = isKnown && (failure === undefined || failure.class === 'transient');
  for (const plan of plans) {
    const result = await poolRun({ ...base, ...plan });
    if (fault.address === 'tls' && dead?.sawTls() === false) throw new NotApplicable();
    const where = `With ${plan.count} instance${plan.count === 1 ? '' : 's'}${plan.isShared ? ' of one account' : ''}, ${fault.name} ${plan.isOnce ? 'once' : 'each time'}: ${result.story}`;
    judgePool(result, good.effects, where);
    const isLeft = plan.count > 1 && !(failure && isCallers(failure));
    const mayGoOn = operation.repeatable || failure?.effect === 'none';
    if (isLeft && mayGoOn && !result.isBound) {
      equal(result.outcome, 'ok', `Nobody did it, although another instance was there. ${where}`);
    }
    if (isRepeated && plan.isOnce) {
      equal(result.outcome, 'ok', `The API would have answered again under the same key. ${where}`);
    }
    ok(!result.isOpen, `Connections to the API are left open when the call has ended. ${where}`);
  }
}

function judgePool({ effects, outcome }: PoolResult, good: number, where: string): void {
  ok(effects <= Math.max(good, 1), `It was done ${effects} times. ${where}`);
  if (outcome === 'ok') {
    if (good > 0) equal(effects, good, `It was answered, and done ${effects} times. ${where}`);
  } else if (outcome !== 'PROVIDER_OUTCOME_UNKNOWN') {
    equal(effects, 0, `It was done, but whoever called is told ${outcome}, and will do it again. ${where}`);
  }
}

/** What the driver says of the fault; nothing where it never gets that far. */
async function failureOf(subject: Subject, operation: Operation, fault: Fault): Promise<Failure | undefined> {
  if (fault.isSilent) return undefined;
  using dead = fault.address ? await deadAddress(fault.address, schemeOf(subject)) : undefined;
  const good = await goodRun(subject, operation);
  await using bench = await Bench.open(subject, { address: dead?.address });
  const input = await bench.input(operation);
  if (fault.behaviour) bench.gate.arm({ behaviour: fault.behaviour, always: good.effects === 0 });
  return (await bench.call(operation, input)).failure;
}

/** A failure that the API documents, which its model answers by itself. */
export async function tellsDocumented(
  subject: Subject,
  operation: Operation,
  documented: DocumentedFailure,
): Promise<void> {
  await using bench = await Bench.open(subject);
  const input = await documented.input({ number: 1, call: bench.callFirst });
  const before = bench.site.effects();
  const { failure, error } = await bench.call(
    operation,
    operation.checkInput(input, subject.capability.name),
  );
  if (failure === undefined) fail(`"${operation.name}" has not failed.`);
  const { class: group, effect = 'none', code = failure.code } = documented;
  deepEqual(
    { class: failure.class, effect: failure.effect, code: failure.code },
    { class: group, effect, code },
    `What classify says of ${describe(error)}`,
  );
  if (effect === 'none') equal(bench.site.effects(), before, 'It failed, and the API has done something.');
}

/** What the API itself says of credentials that it does not know. */
export async function tellsStrangers(subject: Subject, operation: Operation): Promise<void> {
  if (Object.keys(subject.instance(nowhere).secrets).length === 0) throw new NotApplicable();
  // Whoever is known comes first: what is shared is shared from then on.
  await goodRun(subject, operation);
  await using bench = await Bench.open(subject, { isStranger: true });
  const input = await bench.input(operation);
  const before = bench.site.effects();
  const { failure, error } = await bench.call(operation, input);
  if (failure === undefined) {
    // Some credentials are for webhooks alone.
    ok(
      bench.hasRevealed || subject.driver.webhook !== undefined,
      `"${operation.name}" was done for a client with other credentials, which never looked at them: it has used those of another client. What is made of credentials (a token, an SDK) belongs into "create", and not beside it.`,
    );
    // Then the model does not look at them.
    throw new NotApplicable();
  }
  const said = `classify says ${JSON.stringify(failure)} of ${describe(error)}`;
  equal(failure.class, 'config', `The API does not know its credentials, and ${said}.`);
  equal(failure.effect, 'none', `The API does not know its credentials, and ${said}.`);
  equal(bench.site.effects(), before, 'The model of the API has done something for unknown credentials.');
}

const schemeOf = ({ kind }: Subject): string => (kind === 'http' ? 'http' : 'tcp');
