import { expect, test } from '@jest/globals';
import { deploymentNumber, regionName } from '../names.ts';
import type { Wait } from '../progress/waiting.ts';
import type { Obstacles, RegionStanding } from './waiting.ts';
import { waitOf } from './waiting.ts';

const [eu, us] = [regionName('eu-west'), regionName('us-east')];
const since = '2026-01-01T00:00:00Z';
const until = '2026-01-01T00:10:00Z';
const hosts = { total: 2, switched: 0, healthy: 0, failed: 0 };
const rolling: RegionStanding = {
  region: eu,
  state: 'rolling',
  batch: 1,
  batches: 2,
  hosts,
  reason: null,
  held: false,
  since,
};
const away: RegionStanding = { ...rolling, state: 'unreachable', reason: 'does not answer' };
const approval = { given: 0, wanted: 1, who: 'release-owner', missing: [], expiresAt: until } as const;
const stageApproval = { ...approval, stage: 'world' };
const pause = { by: 'ada', reason: '', since };

const noGates = { checks: null, metrics: null, undecided: null };
const checks = { missing: ['ci/lint'], pending: [], fault: null, until };
const metrics = { stage: 'canary', text: 'errors 0.004 of at most 0.010', until };
const bake = { stage: 'canary', until };

const shut = '5 bad tokens were sent';

const slot = { for: 'slot', position: 2, of: 3, region: eu, most: 1 } as const;
const freeze = { kind: 'freeze', owner: 'mo', reason: 'holidays', policy: 'hold', since, until } as const;
const frozen = { for: 'freeze', freeze: { freeze: 7, ...freeze }, more: 0 } as const;

const none: Obstacles = {
  holder: null,
  pause: null,
  asking: null,
  approval: null,
  noBuildWorker: null,
  copying: [],
  undo: null,
  bake: null,
  regions: [],
};

test('a deployment that moves waits for nothing', () => {
  expect(waitOf({ ...none, regions: [rolling] })).toBeNull();
});

test.each<[string, Partial<Obstacles>, Wait]>([
  ['a slot, before approvals', { fleet: slot, approval }, slot],
  ['the end of a freeze, before a bake', { fleet: frozen, bake }, frozen],
  ['a resume, before the end of a freeze', { pause, fleet: frozen }, { for: 'resume', ...pause }],
  ['another deployment', { holder: deploymentNumber(86) }, { for: 'service', holder: deploymentNumber(86) }],
  ['approvals', { approval }, { for: 'approval', ...approval }],
  ['approvals of a stage', { stageApproval }, { for: 'stage-approval', ...stageApproval }],
  ['a resume, before an approval', { pause, approval }, { for: 'resume', ...pause }],
  ['a copy', { copying: [eu, us] }, { for: 'replication', regions: [eu, us], reason: null }],
  [
    'a copy that meets a fault',
    { copying: [eu, us], regions: [{ ...rolling, region: us, state: 'replicating', reason: 'store full' }] },
    { for: 'replication', regions: [eu, us], reason: 'store full' },
  ],
  [
    'a copy, whatever regions that have it say',
    {
      copying: [us],
      regions: [
        { ...rolling, reason: 'slow' },
        { ...rolling, region: us },
      ],
    },
    { for: 'replication', regions: [us], reason: null },
  ],
  [
    'a decision of which nobody has said why',
    { regions: [{ ...rolling, held: true }] },
    { for: 'decision', reason: 'eu-west: held', since },
  ],
  [
    'nothing of a region that has no host and is over',
    { bake, regions: [{ ...rolling, state: 'done', reason: 'no host' }] },
    { for: 'bake', ...bake },
  ],
  ['a build worker', { noBuildWorker: since }, { for: 'build-worker', since }],
  ['a region, before a copy', { regions: [away], copying: [us] }, { for: 'regions', regions: [eu], since }],
  [
    'regions, since the first went',
    {
      regions: [
        { ...away, since: until },
        { ...away, region: us },
      ],
    },
    { for: 'regions', regions: [eu, us], since },
  ],
  [
    'regions, since the first went, which is named first',
    { regions: [away, { ...away, region: us, since: until }] },
    { for: 'regions', regions: [eu, us], since },
  ],
  ['a host', { regions: [{ ...rolling, reason: 'no host' }] }, { for: 'hosts', regions: [eu], reason: 'no host' }],
  ['a bake', { bake: { stage: 'canary', until } }, { for: 'bake', stage: 'canary', until }],
  [
    'a decision, before a resume',
    { pause, regions: [{ ...rolling, held: true, reason: 'all bad' }] },
    { for: 'decision', reason: 'eu-west: all bad', since },
  ],
  ['checks of a CI', { gates: { ...noGates, checks } }, { for: 'checks', ...checks }],
  ['metrics, before the bake', { gates: { ...noGates, metrics }, bake }, { for: 'metrics', ...metrics }],
  [
    'a region, before metrics',
    { gates: { ...noGates, metrics }, regions: [away] },
    { for: 'regions', regions: [eu], since },
  ],
  [
    'a decision that metrics leave to a person, before a resume',
    { gates: { ...noGates, undecided: { reason: 'no data', since } }, pause },
    { for: 'decision', reason: 'no data', since },
  ],
  [
    'approvals, though no token is looked at any more',
    { approval, shut },
    { for: 'no-tokens', wait: { for: 'approval', ...approval }, why: shut },
  ],
  ['a resume, as above', { pause, approval, shut }, { for: 'no-tokens', wait: { for: 'resume', ...pause }, why: shut }],
  [
    "a person's word on what loses data, as above",
    { dataLoss: { commands: ['./down'], since }, shut },
    { for: 'no-tokens', wait: { for: 'data-loss', commands: ['./down'], since }, why: shut },
  ],
  [
    'a choice, which takes no token',
    { asking: { reason: 'bad', at: since }, shut },
    { for: 'choice', reason: 'bad', since },
  ],
  ['an undo that ends by itself', { undo: { regions: [us], until }, shut }, { for: 'undo', regions: [us], until }],
  ['a choice', { asking: { reason: 'canary failed', at: since } }, { for: 'choice', reason: 'canary failed', since }],
  ['a hook', { hook: { text: 'runs "./up"', since } }, { for: 'hook', text: 'runs "./up"', since }],
  [
    'regions that keep hooks from being undone',
    { undo: { regions: [us], until }, lateUndo: { commands: ['./down'] } },
    { for: 'late-undo', regions: [us], commands: ['./down'] },
  ],
  [
    "a person's word on what loses data, once regions are undone",
    { undo: { regions: [], until }, dataLoss: { commands: ['./down'], since } },
    { for: 'data-loss', commands: ['./down'], since },
  ],
  ['an undo, before all else', { undo: { regions: [us], until }, pause }, { for: 'undo', regions: [us], until }],
])('it waits for %s', (_, obstacles, wait) => {
  expect(waitOf({ ...none, ...obstacles })).toEqual(wait);
});
