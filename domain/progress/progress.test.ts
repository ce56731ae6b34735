import { describe, expect, test } from '@jest/globals';
import { deploymentNumber, regionName, releaseNumber, serviceName } from '../names.ts';
import { deploymentDetails, deploymentTitle, laneDetails, originDetails, regionDetails } from './details.ts';
import { outcomeSentence } from './outcome.ts';
import { clockTime, counted, lasted, named } from './plain-text.ts';
import type { RegionProgress } from './region-progress.ts';
import { waitingSentence, type Wait } from './waiting.ts';

const checkout = serviceName('checkout');
const [euWest, apSouth] = [regionName('eu-west'), regionName('ap-south')];
const noon = '2026-11-24T12:00:00Z';
const region = (changed: Partial<RegionProgress> = {}): RegionProgress => ({
  region: euWest,
  state: 'rolling',
  batch: 2,
  batches: 4,
  hosts: { total: 4960, switched: 2480, healthy: 2471, failed: 3 },
  reason: null,
  ...changed,
});
const rollout = {
  service: checkout,
  deployment: deploymentNumber(87),
  kind: 'rollout',
  release: releaseNumber(412),
} as const;

describe('pieces', () => {
  test('counts read well', () => {
    expect([counted(1, 'host'), counted(0, 'host'), counted(2480, 'host'), counted(1_234_567, 'host')]).toEqual([
      '1 host',
      '0 hosts',
      '2,480 hosts',
      '1,234,567 hosts',
    ]);
  });

  test('a long list is cut', () => expect(named(['a', 'b', 'c', 'd'], 2)).toBe('a, b and 2 more'));

  test('times are said in UTC', () => expect(clockTime('2026-11-24T16:40:12.5Z')).toBe('2026-11-24 16:40 UTC'));

  test.each([
    [250, '250 ms'],
    [5000, '5 s'],
    [130_000, '2 min 10 s'],
    [120_000, '2 min'],
    [13_200_000, '3 h 40 min'],
    [86_400_000, '1 d'],
    [59_999, '1 min'],
  ])('%d ms is %s', (ms, text) => expect(lasted(ms)).toBe(text));
});

describe('what a deployment waits for, and what ends that', () => {
  const lock = { owner: 'mo', reason: 'INC-7', since: noon };
  const frozen = {
    kind: 'freeze',
    freeze: 7,
    owner: 'mo',
    reason: 'holidays',
    policy: 'hold',
    since: noon,
    until: null,
  } as const;
  test.each<[Wait, string]>([
    [
      { for: 'turn', ahead: 2, active: deploymentNumber(86) },
      'waits for 2 deployments before it (checkout/86 is active)',
    ],
    [
      { for: 'unlock', lock },
      'the lane is locked since 2026-11-24 12:00 UTC by mo: "INC-7"; goes on when checkout is unlocked',
    ],
    [{ for: 'service', holder: deploymentNumber(80) }, 'waits until checkout/80 has let go of the service'],
    [
      { for: 'approval', given: 0, wanted: 1, who: 'release-owner', missing: [], expiresAt: noon },
      'waits for approval (0 of 1) by release-owner; expires 2026-11-24 12:00 UTC',
    ],
    [
      {
        for: 'approval',
        given: 0,
        wanted: 1,
        who: 'release-owner',
        missing: [],
        expiresAt: noon,
        noWayBack: ['"contract" cannot be undone: hooks.before[1] has no undo'],
      },
      'waits for approval (0 of 1) by release-owner; expires 2026-11-24 12:00 UTC; "contract" cannot be undone: hooks.before[1] has no undo',
    ],
    [
      {
        for: 'stage-approval',
        stage: 'world',
        given: 1,
        wanted: 2,
        who: 'release-owner or team payments',
        missing: ['1 of team security'],
        expiresAt: noon,
      },
      'waits for approval of stage world (1 of 2) by release-owner or team payments, 1 of team security among them; expires 2026-11-24 12:00 UTC',
    ],
    [
      { for: 'replication', regions: [euWest, apSouth], reason: null },
      'waits until the release is copied to eu-west, ap-south',
    ],
    [
      { for: 'replication', regions: [apSouth], reason: 'not copied yet: no space left' },
      'waits until the release is copied to ap-south: not copied yet: no space left',
    ],
    [
      { for: 'build-worker', since: noon },
      'no build worker had taken it up by 2026-11-24 12:00 UTC: all were busy, or none was there; goes on by itself',
    ],
    [{ for: 'turn', ahead: 1, active: null }, 'waits for 1 deployment before it'],
    [
      { for: 'slot', position: 1, of: 2, region: apSouth, most: 3 },
      'waits for others to end, place 1 of 2: ap-south takes 3 deployments at once',
    ],
    [{ for: 'fleet', since: noon }, 'waits since 2026-11-24 12:00 UTC for the fleet to say that it may begin'],
    [
      { for: 'freeze', freeze: frozen, more: 0 },
      'frozen since 2026-11-24 12:00 UTC by mo: "holidays"; goes on when someone ends freeze 7',
    ],
    [
      { for: 'freeze', freeze: frozen, more: 2 },
      'frozen since 2026-11-24 12:00 UTC by mo: "holidays" (and 2 more freezes); goes on when someone ends freeze 7',
    ],
    [
      { for: 'window', text: 'mon 09:00-17:00 UTC', opensAt: null },
      'its window (mon 09:00-17:00 UTC) is shut; goes on when it opens',
    ],
    [
      { for: 'window', text: 'mon 09:00-17:00 UTC', opensAt: noon },
      'its window (mon 09:00-17:00 UTC) is shut; goes on 2026-11-24 12:00 UTC',
    ],
    [
      { for: 'resume', by: 'ada', reason: 'INC-7', since: noon },
      'paused since 2026-11-24 12:00 UTC by ada: "INC-7"; goes on when someone resumes it',
    ],
    [
      { for: 'resume', by: 'ada', reason: '', since: noon },
      'paused since 2026-11-24 12:00 UTC by ada; goes on when someone resumes it',
    ],
    [
      { for: 'decision', reason: 'hosts not switched got bad too', since: noon },
      'held since 2026-11-24 12:00 UTC: hosts not switched got bad too; a person must resume or abort it',
    ],
    [
      { for: 'choice', reason: 'canary failed', since: noon },
      "failed since 2026-11-24 12:00 UTC and can't go on: canary failed; a person must abort it: to undo it, or with hold to leave hosts where they are",
    ],
    [{ for: 'hosts', regions: [apSouth], reason: 'no host' }, 'no host reports in ap-south; goes on when one does'],
    [
      { for: 'hosts', regions: [apSouth], reason: 'all hosts pinned' },
      'all hosts are pinned in ap-south; goes on when an operator unpins one',
    ],
    [
      { for: 'checks', missing: ['ci/unit'], pending: ['ci/lint'], fault: null, until: noon },
      'waits for checks: ci/unit has not reported, ci/lint is pending; fails after 2026-11-24 12:00 UTC',
    ],
    [
      { for: 'checks', missing: ['a', 'b'], pending: [], fault: 'the provider does not answer', until: noon },
      'waits for checks: a, b have not reported (the provider does not answer); fails after 2026-11-24 12:00 UTC',
    ],
    [
      { for: 'metrics', stage: 'canary', text: 'errors 0.004 of at most 0.010', until: noon },
      'watches metrics of stage canary until 2026-11-24 12:00 UTC: errors 0.004 of at most 0.010',
    ],
    [
      { for: 'metrics', stage: null, text: 'errors at most 0.01', until: noon },
      'watches metrics until 2026-11-24 12:00 UTC: errors at most 0.01',
    ],
    [{ for: 'bake', stage: 'canary', until: noon }, 'watches stage canary until 2026-11-24 12:00 UTC'],
    [
      { for: 'regions', regions: [apSouth], since: noon },
      "can't reach ap-south since 2026-11-24 12:00 UTC; goes on when it answers, or when a person skips it",
    ],
    [
      { for: 'regions', regions: [euWest, apSouth], since: noon },
      "can't reach eu-west, ap-south since 2026-11-24 12:00 UTC; goes on when they answer, or when a person skips them",
    ],
    [
      { for: 'hook', text: 'undoes "./up" (hooks.before[0]) with "./down"', since: noon },
      'undoes "./up" (hooks.before[0]) with "./down", since 2026-11-24 12:00 UTC',
    ],
    [
      { for: 'late-undo', regions: [apSouth], commands: ['./down'] },
      'waits until ap-south is undone, and then runs "./down"; goes on when it answers, or when a person ends the undo',
    ],
    [
      { for: 'late-undo', regions: [euWest, apSouth], commands: ['./down'] },
      'waits until eu-west, ap-south are undone, and then runs "./down"; goes on when they answer, or when a person ends the undo',
    ],
    [
      { for: 'data-loss', commands: ['./down'], since: noon },
      'waits since 2026-11-24 12:00 UTC for a person: "./down" would lose data; resume runs it, the end of the undo leaves things as they are',
    ],
    [
      {
        for: 'approval',
        given: 0,
        wanted: 2,
        who: 'release-owner',
        missing: [],
        expiresAt: noon,
        glass: { by: ['mo'], missing: 'another person', until: noon },
      },
      'waits for approval (0 of 2) by release-owner; expires 2026-11-24 12:00 UTC; glass broken by mo, until 2026-11-24 12:00 UTC another person is wanted, too',
    ],
    [
      { for: 'no-tokens', wait: { for: 'resume', by: 'ada', reason: '', since: noon }, why: '5 bad tokens were sent' },
      'paused since 2026-11-24 12:00 UTC by ada; goes on when someone resumes it; but 5 bad tokens were sent',
    ],
    [
      { for: 'undo', regions: [apSouth], until: noon },
      "waits until ap-south is undone; after 2026-11-24 12:00 UTC it is left to the region's return",
    ],
  ])('%j', (wait, sentence) => expect(waitingSentence(checkout, wait)).toBe(sentence));
});

describe('how it ended', () => {
  const done = region({ state: 'done', hosts: { total: 3, switched: 3, healthy: 3, failed: 0 } });
  test.each([
    ['succeeded', null, [done, { ...done, region: apSouth }], [], 'live in 2 of 2 regions, 6 healthy hosts'],
    [
      'succeeded',
      null,
      [done, region({ region: apSouth })],
      [apSouth],
      'live in 1 of 2 regions, 3 healthy hosts; pending: ap-south',
    ],
    [
      'undone',
      'eu-west: 1 of 1 canary hosts failed',
      [region({ state: 'undone' })],
      [],
      'undone in 1 region: eu-west: 1 of 1 canary hosts failed',
    ],
    [
      'undone',
      'hook "./up" failed',
      [region({ state: 'ready' })],
      [],
      'undone before any host had switched: hook "./up" failed',
    ],
    ['failed', 'build failed at "npm ci"', [], [], 'failed before any region was touched: build failed at "npm ci"'],
    ['failed', 'undo stuck', [region()], [apSouth], 'failed; pending: ap-south: undo stuck'],
    ['rejected', 'by mo: not on Friday', [], [], 'rejected: by mo: not on Friday'],
    ['rejected', 'rejected by mo: not on Friday', [], [], 'rejected by mo: not on Friday'],
    ['rejected', 'rejected by mo: no', [], [apSouth], 'rejected by mo: no; pending: ap-south'],
    ['rejected', 'stage world was rejected by mo: no', [], [], 'stage world was rejected by mo: no'],
    [
      'undone',
      'aborted by ada',
      [region({ state: 'undone' }), region({ region: apSouth, state: 'skipped' })],
      [],
      'undone in 1 region; not in ap-south, which went on: aborted by ada',
    ],
    ['cancelled', null, [], [], 'cancelled'],
    ['cancelled', 'aborted by ada', [region()], [apSouth], 'cancelled; pending: ap-south: aborted by ada'],
    ['superseded', 'by checkout/88', [], [], 'superseded: by checkout/88'],
  ] as const)('%s: %s', (outcome, reason, regions, pending, sentence) => {
    expect(outcomeSentence({ outcome, reason, regions, pending })).toBe(sentence);
  });
});

const resume = { text: 'Resume it, or abort it.', command: 'slipway resume checkout/87', verb: 'resume' } as const;

describe("Temporal's Web UI is told", () => {
  test('the deployment, its state, why it waits, its regions', () => {
    expect(
      deploymentDetails({
        ...rollout,
        state: 'rolling',
        stage: 'world',
        paused: true,
        held: false,
        approvals: { given: 1, wanted: 1 },
        regions: [region()],
        message: 'batch 2 allowed',
        why: { cause: 'paused by ada', next: resume },
      }).split('\n'),
    ).toEqual([
      '**checkout/87 rollout of checkout@412: rolling, stage world, paused**',
      '',
      'batch 2 allowed',
      '',
      'Why: paused by ada',
      '',
      'Next: Resume it, or abort it. `slipway resume checkout/87`. From this page: the signal `resume`, with a token that the api makes.',
      '',
      'Approvals: 1 of 1.',
      '',
      '| region | state | batch | switched | healthy | failed | why |',
      '| --- | --- | --- | --- | --- | --- | --- |',
      '| eu-west | rolling | 2 of 4 | 2480 of 4960 | 2471 | 3 |  |',
    ]);
  });

  test('nothing twice, and of what needs nobody no command', () => {
    const why = { cause: 'live', next: { text: 'Nothing needs you.', command: null, verb: null } };
    const now = { ...rollout, state: 'succeeded', stage: null, paused: false, held: false, approvals: null } as const;
    expect(deploymentDetails({ ...now, regions: [], message: 'live', why }).split('\n\n')).toEqual([
      '**checkout/87 rollout of checkout@412: succeeded**',
      'live',
      'Next: Nothing needs you.',
    ]);
    expect(deploymentDetails({ ...now, regions: [], message: 'live', why: null })).not.toContain('Next');
  });

  test('the lane, its lock, what runs and what waits', () => {
    const open = { ...rollout, key: 'k', started: false };
    const lane = {
      lock: null,
      active: { ...open, started: true },
      queue: [{ ...open, deployment: deploymentNumber(88) }],
    };
    expect(laneDetails(checkout, lane).split('\n\n')).toEqual([
      '**checkout: open**',
      'Active: checkout/87 rollout of checkout@412',
      'Next: checkout/88 rollout of checkout@412',
      'Waiting: 1: checkout/88 (@412)',
      'A lane never ends by itself. Terminated, it is opened again with what Postgres knows; a deployment that runs goes on.',
    ]);
  });

  test('where it came from', () => {
    const merge = {
      from: 'merge',
      commit: 'a'.repeat(40),
      branch: 'main',
      authors: ['lin', 'kim'],
      pusher: 'mo',
      subject: 'Fix it',
    } as const;
    const sources = { commit: 'a'.repeat(40), cloneUrl: 'https://git.example/acme/checkout_api', folder: '.' };
    expect(originDetails(merge, sources).split('\n\n')).toEqual([
      `mo merged \`${'a'.repeat(12)}\` by lin and 1 other into main: Fix it`,
      `Sources: commit \`${'a'.repeat(40)}\` of https://git.example/acme/checkout\\_api.`,
    ]);
    const asked = originDetails({ from: 'person', person: 'ada', reason: null }, { ...sources, folder: 'api' });
    expect(asked.split('\n\n')).toEqual(['Asked for by ada', expect.stringContaining(', folder api.')]);
  });

  test('nothing of strangers that acts as Markdown', () => {
    const hostile = regionDetails(region({ reason: 'a | b\n| c |' }), '[click](http://x) <img src=x> `code`');
    expect(hostile).toContain(String.raw`\[click\](http://x) \<img src=x\> \`code\``);
    expect(hostile).toContain(String.raw`| a \| b \| c \| |`);
  });

  test('a title that fits into the 200 bytes of a summary', () => {
    const longest = deploymentTitle({
      service: serviceName('s'.repeat(63)),
      kind: 'roll-forward',
      deployment: deploymentNumber(999_999),
      release: releaseNumber(999_999),
    });
    expect(longest.length).toBeLessThanOrEqual(200);
  });
});
