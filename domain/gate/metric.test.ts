import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { regionName, serviceName } from '../names.ts';
import { decideWatch, graceOf, judgeMetric, verdictOf, watchOf, type MetricAnswer, type MetricGate } from './metric.ts';
import { gateText, readingText, unreadText } from './metric-text.ts';
import { filledIn, namesRegion } from './promql.ts';

const gate: MetricGate = {
  name: 'error_rate',
  promql: 'error_rate',
  max: 0.01,
  min: null,
  forMs: 60_000,
  everyMs: 15_000,
  samples: 3,
};
const series = (...values: number[]) => values.map((value, index) => ({ atMs: index * 15_000, value }));
const answer = (...all: number[][]): MetricAnswer => ({ series: all.map((values) => series(...values)) });
const judge = (given: MetricAnswer, more: Partial<MetricGate> = {}) => judgeMetric({ ...gate, ...more }, given);

describe('a metric', () => {
  test.each<[string, MetricAnswer, Partial<MetricGate>, string, string]>([
    ['within its bound', answer([0.001, 0.002, 0.004]), {}, 'good', 'error_rate 0.004 of at most 0.010'],
    ['at its bound', answer([0.01, 0.01, 0.01]), {}, 'good', 'error_rate 0.01 of at most 0.01'],
    ['beyond it', answer([0.5, 0.2, 0.2]), {}, 'bad', 'error_rate 0.20 of at most 0.01'],
    [
      'beyond it for too short',
      answer([0, 0, 0.5, 0.5]),
      {},
      'inconclusive',
      'error_rate 0.50 of at most 0.01: 2 of 4 samples out of bounds',
    ],
    ['beyond it and back, often enough', answer([0.5, 0.5, 0.5, 0]), {}, 'bad', 'error_rate 0.50 of at most 0.01'],
    ['without data', answer(), {}, 'inconclusive', 'error_rate at most 0.01: no data'],
    ['with an empty series', answer([]), {}, 'inconclusive', 'error_rate at most 0.01: no data'],
    ['of nothing but NaN', answer([NaN, NaN, NaN]), {}, 'inconclusive', 'error_rate at most 0.01: nothing but NaN'],
    ['of too few samples', answer([0, 0]), {}, 'inconclusive', 'error_rate 0.00 of at most 0.01: 2 of 3 samples'],
    [
      'of too few samples beside NaN',
      answer([0, NaN, 0, NaN]),
      {},
      'inconclusive',
      'error_rate 0.00 of at most 0.01: 2 of 3 samples',
    ],
    [
      'of a server that is away',
      { fault: 'Prometheus does not answer' },
      {},
      'inconclusive',
      'error_rate at most 0.01: Prometheus does not answer',
    ],
    ['without end', answer([Infinity, Infinity, Infinity]), {}, 'bad', 'error_rate ∞ of at most 0.01'],
    ['below its least', answer([-Infinity, 5, 6]), { max: null, min: 7 }, 'bad', 'error_rate 6 of at least 7'],
    ['above its least', answer([8, 8, 8]), { max: null, min: 7 }, 'good', 'error_rate 8 of at least 7'],
    ['in its range', answer([8, 8, 8.25]), { max: 9, min: 7 }, 'good', 'error_rate 8.25 of 7.00 to 9.00'],
    ['out of its range', answer([6, 6, 10]), { max: 9, min: 7 }, 'bad', 'error_rate 10 of 7 to 9'],
    ['of which one series is bad', answer([0, 0, 0], [1, 1, 1]), {}, 'bad', 'error_rate 1.00 of at most 0.01'],
    [
      'of which one series says too little',
      answer([0, 0, 0], [0]),
      {},
      'inconclusive',
      'error_rate 0.00 of at most 0.01: 1 of 3 samples',
    ],
    [
      'of which the worst is shown: nearest to its bound',
      answer([0, 0, 0.004], [0, 0, 0.009], [0, 0, 0.002]),
      {},
      'good',
      'error_rate 0.009 of at most 0.010',
    ],
    [
      'of which the worst is shown: furthest beyond it',
      answer([1, 1, 1], [3, 3, 3], [2, 2, 2]),
      {},
      'bad',
      'error_rate 3.00 of at most 0.01',
    ],
    [
      'of which the worst is shown: nearest to its least',
      answer([9, 9, 9], [8, 8, 8]),
      { max: null, min: 7 },
      'good',
      'error_rate 8 of at least 7',
    ],
    [
      'of which the worst is shown: nearest to either end',
      answer([5, 5, 5], [1, 1, 1], [8, 8, 8]),
      { max: 10, min: 0 },
      'good',
      'error_rate 1 of 0 to 10',
    ],
    [
      'of which one series has nothing, and another too little',
      answer([0], []),
      {},
      'inconclusive',
      'error_rate at most 0.01: no data',
    ],
    [
      'of which two are as far beyond it as can be',
      answer([Infinity, Infinity, Infinity], [Infinity, Infinity, Infinity]),
      {},
      'bad',
      'error_rate ∞ of at most 0.01',
    ],
    ['at its least', answer([7, 7, 7]), { max: null, min: 7 }, 'good', 'error_rate 7 of at least 7'],
    ['that may be bad once', answer([0, 0.5, 0]), { samples: 1 }, 'bad', 'error_rate 0.50 of at most 0.01'],
  ])('%s', (_, given, more, verdict, text) => {
    const read = judge(given, more);
    expect(read.verdict).toBe(verdict);
    expect(readingText({ ...gate, ...more }, read)).toBe(text);
  });

  const values = fc.array(fc.oneof(fc.double({ min: 0, max: 0.02 }), fc.constantFrom(NaN, Infinity, 0, 0.01)), {
    maxLength: 8,
  });

  test('is good only with enough samples, and none of them out', () => {
    fc.assert(
      fc.property(fc.array(values, { maxLength: 3 }), (all) => {
        const good =
          all.length > 0 &&
          all.every((one) => {
            const numbers = one.filter((value) => !Number.isNaN(value));
            return numbers.length >= gate.samples && numbers.every((value) => value <= 0.01);
          });
        expect(judge(answer(...all)).verdict === 'good').toBe(good);
      }),
    );
  });

  test('gets no better by samples that are out, and no sample of NaN decides anything', () => {
    const rank = { good: 0, inconclusive: 1, bad: 2 };
    fc.assert(
      fc.property(values, (one) => {
        const before = judge(answer(one)).verdict;
        expect(rank[judge(answer([...one, 1])).verdict]).toBeGreaterThanOrEqual(rank[before]);
        expect(judge(answer([...one, NaN])).verdict).toBe(before);
      }),
    );
  });
});

describe('a watch', () => {
  const watch = { untilMs: 100, graceMs: 50 };
  test.each([
    ['bad', 1, 'bad'],
    ['bad', 149, 'bad'],
    ['good', 99, 'go on'],
    ['good', 100, 'good'],
    ['good', 500, 'good'],
    ['inconclusive', 100, 'go on'],
    ['inconclusive', 149, 'go on'],
    ['inconclusive', 150, 'inconclusive'],
  ] as const)('that sees %s at %d: %s', (verdict, nowMs, decided) =>
    expect(decideWatch(verdict, { ...watch, nowMs })).toBe(decided),
  );

  test('of several is good when all are, and bad when one is', () => {
    expect(verdictOf(['good', 'good'])).toBe('good');
    expect(verdictOf(['good', 'inconclusive'])).toBe('inconclusive');
    expect(verdictOf(['inconclusive', 'bad', 'good'])).toBe('bad');
    expect(verdictOf([])).toBe('inconclusive');
  });

  test('waits as long as it looks back, and half a minute at least', () => {
    expect(graceOf([{ ...gate, forMs: 5_000 }])).toBe(30_000);
    expect(graceOf([gate, { ...gate, forMs: 120_000 }])).toBe(120_000);
  });

  test('of its own lasts as long as the metric that looks back furthest', () => {
    expect(watchOf([{ ...gate, forMs: 5_000 }, gate])).toBe(60_000);
    expect(watchOf([])).toBe(0);
  });
});

describe('people read', () => {
  test('what a plan has', () => {
    expect(gateText(gate)).toBe('error_rate at most 0.01 for 1 min, 3 samples or more, one every 15 s');
    expect(unreadText([gate, { ...gate, name: 'speed', max: null, min: 5 }])).toBe(
      'error_rate at most 0.01; speed at least 5',
    );
  });

  test.each([
    [0.0000012, 'error_rate 0.0000012 of at most 0.0100000'],
    [1e-30, 'error_rate 1e-30 of at most 0.010000000'],
    [123456.789, 'error_rate 123457.00 of at most 0.01'],
    [1e30, 'error_rate 1e+30 of at most 0.01'],
    [1e15, 'error_rate 1000000000000000 of at most 0.01'],
    [1000, 'error_rate 1000.00 of at most 0.01'],
    [1e-9, 'error_rate 0.000000001 of at most 0.010000000'],
  ])('%d', (value, text) => expect(readingText(gate, { verdict: 'bad', value, why: null })).toBe(text));
});

describe('a query', () => {
  const names = { service: serviceName('checkout'), release: 'checkout@412', region: regionName('eu-west') };
  test.each([
    ['rate{s="$service",r="$region"}', 'rate{s="checkout",r="eu-west"}'],
    [
      'x{release="$release"} / x{service=~"$service|other$"}',
      'x{release="checkout@412"} / x{service=~"checkout|other$"}',
    ],
    ['x{a=~"$services$"}', 'x{a=~"$services$"}'],
    ['$$service', '$checkout'],
    ['x{r="$region",z="$region"}', 'x{r="eu-west",z="eu-west"}'],
  ])('%s', (promql, filled) => expect(filledIn(promql, names)).toBe(filled));

  test('that no region is asked for keeps the place of one', () => {
    expect(filledIn('x{r="$region"}', { ...names, region: null })).toBe('x{r="$region"}');
  });

  test('takes no name that could end a string', () => {
    expect(() => filledIn('$release', { ...names, release: 'a b' })).toThrow('"a b" can\'t stand in a query');
    for (const bad of ['a"', 'a\\', "a'", 'a`', 'a b', 'a\n', ''])
      expect(() => filledIn('x{r="$release"}', { ...names, release: bad })).toThrow(RangeError);
  });

  test('is another one in each region only when it names the region', () => {
    expect([namesRegion('x{r="$region"}'), namesRegion('x{r="$regional"}'), namesRegion('x')]).toEqual([
      true,
      false,
      false,
    ]);
  });
});
