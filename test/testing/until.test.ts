import { expect } from 'chai';
import { isBackplaneError } from '../../kernel/errors.ts';
import { until } from '../../kernel/testing/index.ts';

describe('until', () => {
  it('returns what the condition returns as soon as it holds', async () => {
    let answer = '';
    setImmediate(() => {
      answer = 'there';
    });
    expect(await until(() => answer)).to.equal('there');
  });

  it('waits for conditions that are asynchronous, and for those that throw until they hold', async () => {
    let count = 0;
    await until(async () => {
      count += 1;
      expect(count).to.be.at.least(3);
      return true;
    });
    expect(count).to.equal(3);
  });

  it('gives up in the end, and says what the condition threw last', async () => {
    const error = await until(() => expect(1).to.equal(2), { timeout: 20 }).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(isBackplaneError(error) && error.code).to.equal('CONDITION_TIMEOUT');
    expect(String(error)).to.contain('expected 1 to equal 2');
    expect(error instanceof Error && error.cause).to.be.instanceOf(Error);
  });
});
