import type { OperationMap } from '../provider/capability.ts';
import type { Driver } from '../provider/driver.ts';
import * as answers from './driver/answer-checks.ts';
import * as cleanliness from './driver/cleanliness-checks.ts';
import * as definition from './driver/definition-checks.ts';
import { faultsOf } from './driver/fault.ts';
import * as faults from './driver/fault-checks.ts';
import * as health from './driver/health-checks.ts';
import type { DescribeDriverOptions } from './driver/options.ts';
import * as reconcile from './driver/reconcile-checks.ts';
import { Subject } from './driver/subject.ts';
import { refusesUnsigned } from './driver/webhook-check.ts';
import { NotApplicable } from './not-applicable.ts';

/** Milliseconds that one test may take. */
const patience = 30_000;

/**
 * Describes what every driver must do, as tests of mocha: what the pool relies on when it decides who is asked again. The
 * author brings a small model of the API; the suite stands between the driver and that model and lets everything go wrong
 * that can go wrong there. What a driver does not have is shown as pending.
 *
 * @param driver what its file under `drivers/` exports
 *
 * @example
 * describeDriver(acme, {
 *   capability: sms,
 *   api: { http: () => acmeApi() },
 *   instance: ({ url }) => ({ config: { url }, secrets: { apiKey: 'acme-key-0123456789' } }),
 *   inputs: { send: ({ number }) => ({ to: '+44', text: `Hi ${number}` }) },
 * });
 */
export function describeDriver<const Operations extends OperationMap>(
  driver: Driver,
  options: DescribeDriverOptions<Operations>,
): void {
  const subject = new Subject(driver, options);

  describe(`the driver ${driver.name} of ${subject.capability.name}`, function () {
    this.timeout(patience);
    test('is of its capability', () => definition.isOfItsCapability(subject));
    test('has a configuration that fits its schema, as do the defaults', () =>
      definition.hasFittingConfiguration(subject));
    test('declares the credentials that it uses, and no others', () =>
      definition.declaresItsCredentials(subject));
    test('implements every operation', () => definition.implementsEveryOperation(subject));
    test('makes clients that know nothing of each other', () => definition.makesIndependentClients(subject));
    test('leaves nothing behind when it is released', () => cleanliness.leavesNothingBehind(subject));
    test('shows its credentials nowhere', () => cleanliness.showsNoCredential(subject));
    describeHealth(subject);
    const { webhook } = subject.driver;
    test('takes no webhook that nobody has signed', webhook && (() => refusesUnsigned(subject, webhook)));
    for (const { name } of subject.operations) describeOperation(subject, name);
  });
}

function describeHealth(subject: Subject): void {
  const has = subject.driver.health !== undefined;
  test('is healthy while the API works', has && (() => health.isHealthy(subject)));
  test('is not healthy when the API cannot be reached', has && (() => health.noticesRefusal(subject)));
  test('is not healthy when its credentials are refused', has && (() => health.noticesCredentials(subject)));
  test('gives up asking for health when nobody waits', has && (() => health.healthCanBeAborted(subject)));
}

function describeOperation(subject: Subject, name: string): void {
  const operation = subject.capability.operations.get(name);
  if (operation === undefined) return;
  const { driver, kind, options } = subject;
  const isKeyed = operation.safety === 'keyed';
  // What the pool does follows from what the driver says, and from how safe the operation is: one of a kind shows all of it.
  const isFirst = subject.operations.find(({ safety }) => safety === operation.safety) === operation;
  const isRemembered = isKeyed && driver.deduplicates;
  const isAsked = !operation.repeatable && driver.reconcile !== undefined;

  describe(`${name} (${operation.safety})`, () => {
    test('answers as the capability says, and does it once', () =>
      answers.answersAsDeclared(subject, operation));
    test('leaves its input as it is', () => answers.leavesItsInput(subject, operation));
    test('does many at once, each for itself', () => answers.doesManyAtOnce(subject, operation));
    if (isKeyed) {
      test(
        'does once what is asked twice under one key, and answers alike',
        isRemembered && (() => answers.doesOnceUnderOneKey(subject, operation)),
      );
      test(
        'does nothing for other input under a known key',
        isRemembered && (() => answers.refusesOtherInput(subject, operation)),
      );
      test('tells long keys apart', isRemembered && (() => answers.tellsLongKeysApart(subject, operation)));
      test(
        'tells similar keys apart',
        isRemembered && (() => answers.tellsSimilarKeysApart(subject, operation)),
      );
    }
    if (!operation.repeatable) {
      test(
        'knows by reconcile what was done',
        isAsked && (() => reconcile.knowsWhatWasDone(subject, operation)),
      );
      test(
        'says of nothing by reconcile that it was done',
        isAsked && (() => reconcile.knowsNothingOfOthers(subject, operation)),
      );
      test(
        'gives up nothing by reconcile that is still on its way',
        isAsked && (() => reconcile.waitsForWhatIsOnItsWay(subject, operation)),
      );
      test(
        'takes no outage for an answer of reconcile',
        isAsked && (() => reconcile.takesNoOutageForAnAnswer(subject, operation)),
      );
    }
    for (const fault of faultsOf(kind, options.answers ?? {})) {
      describe(fault.name, () => {
        test(
          fault.isSilent
            ? 'ends at once when nobody waits for it'
            : 'is one attempt, and told for what it is',
          () => faults.tellsFault(subject, operation, fault),
        );
        if (!isFirst && !fault.isTelling) return;
        test(`leads${fault.isSilent ? ', when its time is over,' : ''} to no second effect in a pool, and to no silence about the first`, () =>
          faults.survivesInPools(subject, operation, fault));
      });
    }
    if (kind !== 'local') {
      test('tells credentials that the API does not know for what they are', () =>
        faults.tellsStrangers(subject, operation));
    }
    for (const [title, documented] of Object.entries(options.failures ?? {})) {
      if (documented.operation === name) {
        test(`tells ${title} for what it is`, () => faults.tellsDocumented(subject, operation, documented));
      }
    }
  });
}

/** @param body `false` or nothing: the driver does not have what would be tested, which is no pass */
function test(title: string, body: false | undefined | (() => void | Promise<void>)): void {
  if (!body) {
    it(title);
    return;
  }
  it(title, async function () {
    try {
      await body();
    } catch (error) {
      if (error instanceof NotApplicable) this.skip();
      throw error;
    }
  });
}
