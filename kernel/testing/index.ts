/** What extension authors test with: `backplane/testing`. */

export { type CountedStatements, countStatements } from './count-statements.ts';
export { describeDriver } from './describe-driver.ts';
export { type DescribeResourceOptions, describeResource } from './describe-resource.ts';
export type { ApiAddress, ApiMaker, HttpModel, LocalModel, TcpModel } from './driver/api-model.ts';
export type { DocumentedAnswer, DocumentedAnswers } from './driver/fault.ts';
export type {
  DescribeDriverOptions,
  DocumentedFailure,
  InputContext,
  InputMakers,
} from './driver/options.ts';
export { eventsOf, type RecordedEvent } from './events-of.ts';
export { ExtensionFolder, extensionFolder } from './extension-folder.ts';
export type { ExtensionReference } from './find-extensions.ts';
export type { Leak } from './leaks/leak.ts';
export type { LogRecord } from './log-records.ts';
export { seededRandom } from './seeded-random.ts';
export { TestKernel, type TestKernelOptions, testKernel } from './test-kernel.ts';
export { until } from './until.ts';
export { VirtualClock } from './virtual-clock.ts';
export type { Files } from './write-files.ts';
