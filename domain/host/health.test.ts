import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { observe, reportedHealth, startHealth, type CheckResult, type Health } from './health.ts';

const config = {
  http: '/healthz',
  startPeriodMs: 1_000,
  intervalMs: 100,
  timeoutMs: 50,
  healthyAfter: 2,
  unhealthyAfter: 3,
};
const good: CheckResult = { outcome: 'success' };
const bad: CheckResult = { outcome: 'failure', reason: '/healthz answered 500' };
const none: CheckResult = { outcome: 'unknown', reason: 'EMFILE' };

/** One result every 100 ms, the first after 100 ms. */
const after = (...results: readonly CheckResult[]): Health =>
  results.reduce((health, result, index) => observe(health, config, result, (index + 1) * 100), startHealth(0));
const times = (count: number, result: CheckResult): CheckResult[] => Array.from({ length: count }, () => result);

const turn = (n: number): CheckResult => (n % 2 === 0 ? bad : good);
/** 8 changes, and good for the last of them. */
const flapping: CheckResult[] = Array.from({ length: 10 }, (_, n) => turn(n));

describe('health of an instance', () => {
  it.each<[string, Health, Health['phase']]>([
    ['one success is not enough', after(good), 'starting'],
    ['successes in a row make it healthy', after(good, good), 'healthy'],
    ['a failure breaks the row', after(good, bad, good), 'starting'],
    ['an unknown result does not break the row', after(good, none, good), 'healthy'],
    ['failures in the start period do not count', after(...times(9, bad)), 'starting'],
    ['failures in the start period do not count for later', after(...times(7, bad), good, good, bad, bad), 'healthy'],
    ['the first failure after the start period is the end of it', after(...times(10, bad)), 'unhealthy'],
    ['few failures do not make a healthy one unhealthy', after(good, good, bad, bad), 'healthy'],
    ['failures in a row make it unhealthy', after(good, good, bad, bad, bad), 'unhealthy'],
    ['a success breaks the row of failures', after(good, good, bad, bad, good, bad, bad), 'healthy'],
    ['one success does not heal', after(good, good, ...times(3, bad), good), 'unhealthy'],
    ['successes in a row heal', after(good, good, ...times(3, bad), good, good), 'healthy'],
    ['unknown results alone decide nothing, however late', after(...times(50, none)), 'starting'],
    ['unknown results take no health away', after(good, good, ...times(50, none)), 'healthy'],
  ])('%s', (_what, health, phase) => {
    expect(health.phase).toBe(phase);
  });

  it('is reported as unknown when it could not be asked for long', () => {
    expect(reportedHealth(after(good, good, none, none), config)).toBe('healthy');
    expect(reportedHealth(after(good, good, none, none, none), config)).toBe('unknown');
    expect(reportedHealth(after(...times(20, none)), config)).toBe('unknown');
    expect(reportedHealth(after(good, good, ...times(3, bad), ...times(9, none)), config)).toBe('unhealthy');
    expect(reportedHealth(null, null)).toBe('stopped');
  });

  it.each<[string, CheckResult[], Health['phase']]>([
    [
      'by turns well and unwell is unhealthy, though no row is long',
      Array.from({ length: 9 }, (_, n) => turn(n)),
      'unhealthy',
    ],
    ['seven changes are not enough', Array.from({ length: 8 }, (_, n) => turn(n)), 'healthy'],
    [
      'one failure in five checks is flapping',
      Array.from({ length: 20 }, (_, n) => (n % 5 === 3 ? bad : good)),
      'unhealthy',
    ],
    ['one failure in ten checks is not', Array.from({ length: 200 }, (_, n) => (n % 10 === 3 ? bad : good)), 'healthy'],
    ['it is over when most of the last 20 were alike', [...flapping, ...times(15, good)], 'healthy'],
    ['it is not over sooner', [...flapping, ...times(14, good)], 'unhealthy'],
    ['unknown results neither flap nor settle', [...flapping, ...times(50, none)], 'unhealthy'],
    ['how it came up is forgotten', [], 'healthy'],
  ])('%s', (_what, results, phase) => {
    const cameUp = Array.from({ length: 8 }, (_, n) => turn(n + 1));
    expect(after(...cameUp, good, good, ...results).phase).toBe(phase);
  });

  it('says why', () => {
    for (const more of [[], [bad], [good], [good, bad]])
      expect(after(good, good, ...flapping, ...more).reason).toBe('is well and unwell by turns: /healthz answered 500');
    expect(after(...times(10, bad)).reason).toBe('/healthz answered 500');
    expect(after(bad, good, good).reason).toBeNull();
  });

  it('promise 15: unknown is never counted as healthy', () => {
    const result = fc.constantFrom(bad, none);
    fc.assert(
      fc.property(fc.array(result, { maxLength: 60 }), (results) => {
        expect(after(...results).phase).not.toBe('healthy');
      }),
    );
  });
});
