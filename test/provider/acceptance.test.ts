import { expect } from 'chai';
import { rates, scenarios } from './support/acceptance.ts';
import { furtherRows } from './support/further-rows.ts';

describe('providers under load, on a virtual clock', () => {
  for (const scenario of scenarios) {
    for (const rate of rates) {
      it(`hold what is required at ${rate} calls/s: ${scenario.name}`, async () => {
        // Another course of chance each.
        const seeds = rate > 10 ? [1] : [1, 2, 3];
        const measured = (await Promise.all(seeds.map((seed) => scenario.run(rate, seed * 100)))).flat();
        const missed = measured.filter(({ holds }) => holds === false);
        expect(
          missed.map(({ what, figure, required }) => `${what}: ${figure}, required ${required}`),
        ).to.deep.equal([]);
        expect(measured.some(({ holds }) => holds)).to.equal(true);
      }).timeout(60_000);
    }
  }

  for (const measure of furtherRows) {
    it(`hold what is required besides: ${measure.name}`, async () => {
      for (const { scenario, what, figure, required, holds } of await measure()) {
        expect(holds, `${scenario}: ${what}: ${figure}, required ${required}`).to.equal(true);
      }
    }).timeout(60_000);
  }
});
