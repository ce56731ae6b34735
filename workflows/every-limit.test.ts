import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { writtenCalls } from '../test/written-calls.ts';

const folder = import.meta.dirname;

/** `file: its test`, with what it is in a `describe` of, up to the first that is a template. Time is skipped in each, or shortened. */
type TestOf = `${string}.test.ts: ${string}`;

/** What each timer is for, as Temporal's Web UI shows it, and the test that lets it go off. */
const timers: Readonly<Record<string, readonly TestOf[]>> = {
  'deployment/asking.ts: the approval expires': [
    'deployment/messages.test.ts: asks again when an approval expired before the others came',
    'deployment/stage-approval.test.ts: asks again when an approval has expired before the others came',
  ],
  'deployment/finish.ts: ${region} has to finish': [
    'deployment/unreachable.test.ts: owes its finish when it can not be told',
  ],
  'deployment/hold-service.ts: ${service}/${holder} holds the service': [
    'deployment/deployment.test.ts: a deployment waits, and shows it, while another holds the service',
  ],
  'deployment/leave-held.ts: ${region} has to be held': [
    'deployment/unreachable.test.ts: owes its hold when the deployment is aborted with hold',
  ],
  'deployment/required-checks.ts: the required checks have to be there': [
    'deployment/required-checks.test.ts: what is missing when the time is over is named',
  ],
  'deployment/skip-region.ts: ${region} has to stay where it is': [
    'deployment/skip-region.test.ts: keeps the deployment no longer, stays where it is, and owes that while it does not answer',
  ],
  'deployment/slot.ts: asks the fleet again': [
    'fleet/fleet.test.ts: is asked until it is, and the deployment says what it waits for',
  ],
  'deployment/slot.ts: is still kept by a freeze': [
    'fleet/fleet-time.test.ts: whoever was told of a freeze, and not of its end, asks by itself',
  ],
  'deployment/window.ts: the window of ${service} opens': [
    'fleet/fleet-time.test.ts: is waited for before anything is touched, and a pass goes through',
  ],
  'fleet/fleet.ts: looks by itself': [
    'fleet/fleet.test.ts: the slot of one that somebody terminated is free again',
    'fleet/fleet-time.test.ts: keeps what has not begun, says who, why and until when, and lets it go on by itself',
  ],
  'deployment/undo-hooks.ts: until "${placed.hook.undo}" is tried again': [
    'deployment/hooks.test.ts: that fails three times is left to a person: failed, locked, and all that is left is said',
    'deployment/hooks.test.ts: that succeeds at last is one',
  ],
  'deployment/undo.ts: ${region} is asked again to go back': [
    'deployment/hooks-away.test.ts: an undo that its region refuses is asked for again half a minute later, while undos of hooks wait for it',
  ],
  'deployment/undo.ts: regions have to be undone before hooks': [
    'deployment/hooks-away.test.ts: keeps what hooks did from being undone until it does',
  ],
  'lane/lane.ts: asks after ${service}/${active.deployment}': [
    'lane/lane.test.ts: learns by asking that its deployment ended, when no signal came',
    'lane/lane.test.ts: has a recovery that somebody terminates begun again within a minute',
  ],
  'lane/lane.ts: opens ${service} as its lock ends': [
    'lane/lane.test.ts: opens by itself when its lock ends, whatever else it does, and starts what waits',
    'lane/lane.test.ts: waits for the end that its lock has now',
  ],
  'recovery/recovery.ts: ${name} has to end': [
    'deployment/hooks-away.test.ts: a recovery gives the hook of a lost deployment twenty seconds to end, and undoes it then',
  ],
  'region-rollout/batch.ts: ${region}: a host has to report': [
    'deployment/deployment.test.ts: a region whose hosts are all silent is begun again when one reports',
    'region-rollout/region-rollout.test.ts: a region that waits for its hosts over a night continues in new histories, and forgets nothing',
  ],
  'region-undo.ts: undo of ${input.region}': [
    'deployment/unreachable.test.ts: owes its undo when the deployment is aborted',
  ],
};

const buildWorkerIsAway: readonly TestOf[] = [
  'deployment/build-worker.test.ts: while no build worker is there a deployment says so, can be aborted, and goes on when one comes',
  'deployment/hooks-away.test.ts: a build worker that is not there is waited for, by a hook and by its undo',
];

/**
 * What an activity's time in a queue, and all its tries together, may take: its workflow goes on without it then. The server
 * that skips time skips none while a task waits for a worker: `unpolled.test.ts` lets such limits pass in less.
 */
const limits: Readonly<Record<string, readonly TestOf[]>> = {
  'build.ts: scheduleToStartTimeout: patience': buildWorkerIsAway,
  'reconcile.ts: scheduleToStartTimeout: 10s': [
    'unpolled.test.ts: the watch of an undo that is owed ends soon, and the next run settles it',
  ],
  'region-bulk.ts: scheduleToStartTimeout: 1m': ['unpolled.test.ts: a copy says so, and succeeds when somebody does'],
  'region.ts: scheduleToStartTimeout: 30s': [
    'unpolled.test.ts: a watch is given up: the region is shown as unreachable, and goes on when somebody does',
  ],
  'reconcile.ts: scheduleToCloseTimeout: 10s': ['reconcile.test.ts: %s is written when it is back, and not before'],
  'region-urgent.ts: scheduleToCloseTimeout: 1m': [
    'deployment/lasting-faults.test.ts: in the hold that the judge asks for is shown, and the region is held when it heals',
  ],
  'region.ts: scheduleToCloseTimeout: 1m': [
    'deployment/unreachable.test.ts: is shown as such, and the deployment goes on by itself when it does',
    'deployment/lasting-faults.test.ts: in a step of a region is shown with its cause',
  ],
};

const sources = globSync('**/*.ts', { cwd: folder, exclude: ['**/*.test.ts'] }).toSorted();
const read = (file: string): string => readFileSync(path.join(folder, file), 'utf8');

/**
 * A timer that a workflow sets says what it is for, in the same statement, or by the name of a constant. What
 * `within-deadline.ts` waits for, whoever calls it says.
 */
const timersOf = (file: string): readonly string[] =>
  [...read(file).matchAll(/\b(?:sleep\(|condition\(|ms\b)[^;]*?\bsummary(?:: (['"`])(.*?)\1|(?=[,\s]*[}\w]))/g)]
    .flatMap(([, , what]) => what ?? summaryIn(file) ?? [])
    .map((what) => `${file}: ${what}`);

const summaryIn = (file: string): string | undefined => /\bconst summary = (['"`])(.*?)\1/.exec(read(file))?.[2];

/** Calls that set a timer and don't say what it is for. */
const silentIn = (file: string): readonly string[] =>
  [
    ...writtenCalls(read(file), 'sleep').filter(([, options = '']) => !options.includes('summary')),
    ...writtenCalls(read(file), 'condition').filter(
      ([, ms, options = '']) => ms !== undefined && !options.includes('summary'),
    ),
  ].map((call) => `${file}: ${call.join(', ')}`);

const limitsOf = (file: string): readonly string[] =>
  [...read(file).matchAll(/\b(scheduleTo(?:Start|Close)Timeout): '?(\w+)/g)].map(
    ([, option, value]) => `${path.basename(file)}: ${option}: ${value}`,
  );

describe('each is let go off by a test that skips time', () => {
  test('every timer of a workflow', () => {
    expect(sources.flatMap(timersOf).toSorted()).toEqual(Object.keys(timers).toSorted());
  });

  test('every limit after which a workflow goes on without its activity', () => {
    const found = sources.filter((file) => file.startsWith('activity-options/')).flatMap(limitsOf);
    expect(found.toSorted()).toEqual(Object.keys(limits).toSorted());
  });

  test.each([...new Set([...Object.values(timers), ...Object.values(limits)].flat())])('by %s', (named) => {
    const [file, sentence] = named.split(/: (.*)/s) as [string, string];
    const source = read(file);
    const inQuotes = ["'", '"', '`'].map((quote) => `${quote}${sentence}${quote},`);
    const told = [...source.matchAll(/\btest(?:\.each\([^]*?\))?\((['"`].*)/g)].map(([, begins]) => begins!);
    expect(told.some((begins) => inQuotes.some((quoted) => begins.startsWith(quoted)))).toBe(true);
    expect(source).toContain('createWorkflowWorld');
  });

  test('none is set without saying what it is for', () => {
    const silent = sources.flatMap(silentIn);
    expect(silent).toEqual([]);
  });
});

/**
 * A try that hangs while its worker lives ends by its start-to-close limit, and one whose worker is gone by its heartbeat:
 * both only lead to another try. What they allow is a matter of each activity, so here it is only that none is without.
 */
test('no activity is asked for without an end', () => {
  const calls = sources.flatMap((file) => [...read(file).matchAll(/proxyActivities(?:<[^>]*>+)?\(([^]*?)\);/g)]);
  expect(calls.length).toBeGreaterThan(10);
  for (const [, options] of calls)
    expect(options).toMatch(/Timeout|shortStep|foreignCode|copying|step\(region\)|watched\(region|soon/);
});
