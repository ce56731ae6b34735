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

  it('says why', () => {
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
