import { expect, test } from '@jest/globals';
import { parsedSpecMistake, parseServiceSpec, specProblemText } from './service-spec.ts';

const withWindow = (window: string): string => `service: checkout
run: { command: [node, server.js] }
health: { http: /healthz }
rollout:
  stages: [{ name: all, regions: [eu-west], batches: [100%] }]
  window: ${window}
`;

test('a window goes by the days, times and time zone that are written, every day if none is', () => {
  const parsed = parseServiceSpec(
    withWindow("{ from: '22:00', to: '06:00', timeZone: Europe/Berlin, days: [mon, fri] }"),
  );
  expect(parsed).toMatchObject({
    ok: true,
    spec: {
      rollout: {
        window: { every: 'week', days: ['mon', 'fri'], from: '22:00', to: '06:00', timeZone: 'Europe/Berlin' },
      },
    },
  });
  expect(parsed.ok && parsedSpecMistake(parsed.spec)).toBeNull();
  const daily = parseServiceSpec(withWindow("{ from: '09:00', to: '17:00', timeZone: Asia/Kolkata }"));
  expect(daily).toMatchObject({ ok: true, spec: { rollout: { window: { days: { length: 7 } } } } });
});

test('a spec without one has none', () => {
  const parsed = parseServiceSpec(withWindow('').replace(/ {2}window: \n/, ''));
  expect(parsed.ok && 'window' in parsed.spec.rollout).toBe(false);
});

test.each([
  ["{ from: '9:00', to: '17:00', timeZone: UTC }", 'window.from', 'must be a time of day such as 09:00'],
  ["{ from: '09:00', to: '25:00', timeZone: UTC }", 'window.to', 'must be a time of day such as 09:00'],
  ["{ from: '09:00', to: '09:00', timeZone: UTC }", 'window.to', 'must differ from `from`'],
  ["{ from: '00:00', to: '24:00', timeZone: UTC }", 'window.days', 'this one never ends'],
  ["{ from: '09:00', to: '17:00' }", 'window.timeZone', 'must be a time zone such as Europe/Berlin'],
  ["{ from: '09:00', to: '17:00', timeZone: +02:00 }", 'window.timeZone', 'must be a time zone such as Europe/Berlin'],
  ["{ from: '09:00', to: '17:00', timeZone: UTC, days: [monday] }", 'window.days[0]', 'must be one of mon'],
  ["{ from: '09:00', to: '17:00', timeZone: UTC, day: mon }", 'window.day', ''],
])('%s is refused at %s', (window, place, why) => {
  const parsed = parseServiceSpec(withWindow(window));
  const [problem] = parsed.ok ? [] : parsed.problems.map((each) => specProblemText(each));
  expect(problem).toContain(`rollout.${place}`);
  expect(problem).toContain(why);
});
