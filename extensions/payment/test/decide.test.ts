import { expect } from 'chai';
import { decide, type Said } from '../records/decide.ts';

const finals = ['succeeded', 'canceled'];
const at = (second: number): string => new Date(Date.UTC(2030, 0, 1, 0, 0, second, 500)).toISOString();

describe('what is said of an object', () => {
  const known = (status: string, second: number) => ({ status, asOf: at(second) });
  const said = (status: string, second: number, by: Said['by'] = 'event', differs = true): Said => ({
    status,
    asOf: at(second),
    by,
    differs,
  });
  const verdict = (before: Parameters<typeof decide>[0], now: Said) => decide(before, now, finals);

  it('counts where nothing is known', () => {
    expect(verdict({ status: 'planned', asOf: null }, said('processing', 1))).to.equal('apply');
    expect(verdict({ status: 'unknown', asOf: null }, said('succeeded', 1))).to.equal('apply');
    // What led to a refusal is told after it.
    expect(verdict({ status: 'failed', asOf: null }, said('requires_confirmation', 1))).to.equal('ask');
  });

  it('replaces what is older, and never what is newer', () => {
    expect(verdict(known('processing', 5), said('succeeded', 6))).to.equal('apply');
    expect(verdict(known('succeeded', 6), said('processing', 5))).to.equal('outdated');
    expect(verdict(known('processing', 6), said('requires_action', 5))).to.equal('outdated');
    expect(verdict(known('succeeded', 6), said('processing', 6))).to.equal('outdated');
  });

  it('is doubted where a final state would have been left, or come too early', () => {
    expect(verdict(known('succeeded', 5), said('processing', 6))).to.equal('ask');
    expect(verdict(known('succeeded', 5), said('canceled', 6))).to.equal('ask');
    expect(verdict(known('processing', 6), said('succeeded', 5))).to.equal('ask');
  });

  it('is doubted where it is of the same second and says something else', () => {
    expect(verdict(known('processing', 5), said('requires_action', 5))).to.equal('ask');
    expect(verdict(known('processing', 5), said('processing', 5, 'event', false))).to.equal('apply');
    expect(verdict(known('processing', 5), said('succeeded', 5, 'answer'))).to.equal('ask');
  });

  it('is believed when it was asked for, unless it is older, or no state that can follow', () => {
    expect(verdict(known('processing', 5), said('succeeded', 5, 'asked'))).to.equal('apply');
    expect(verdict(known('succeeded', 5), said('canceled', 6, 'asked'))).to.equal('apply');
    expect(verdict(known('succeeded', 5), said('processing', 5, 'asked'))).to.equal('outdated');
    expect(verdict(known('processing', 5), said('requires_action', 4, 'asked'))).to.equal('outdated');
  });

  it('is never doubted twice', () => {
    for (const before of ['processing', 'succeeded', 'canceled']) {
      for (const now of ['processing', 'succeeded', 'canceled']) {
        for (const second of [4, 5, 6]) {
          expect(verdict(known(before, 5), said(now, second, 'asked'))).to.not.equal('ask');
        }
      }
    }
  });
});
