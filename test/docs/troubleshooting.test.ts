import { expect, test } from '@jest/globals';
import type { FreezeInEffect, FreezeKind } from '../../domain/fleet/freeze.ts';
import { maxBadTokens, whyShut } from '../../domain/deployment/bad-tokens.ts';
import { deploymentNumber, regionName, serviceName } from '../../domain/names.ts';
import { noWorkerText } from '../../domain/progress/no-worker.ts';
import { waitingSentence, type Wait, type WaitKind } from '../../domain/progress/waiting.ts';
import { problemKinds } from '../../protocol/api/problems.ts';
import { readDocument } from './fenced-blocks.ts';

const { text } = readDocument('docs/troubleshooting.md');
const since = '2026-01-01T12:00:00Z';
const regions = [regionName('eu-west')];
const deployment = deploymentNumber(86);
const frozen = (kind: FreezeKind): FreezeInEffect => ({
  freeze: 7,
  kind,
  owner: 'mo',
  reason: 'holidays',
  policy: 'hold',
  since,
  until: null,
});

/** Every kind of wait, and the words by which the page has it. */
const waits: Readonly<Record<WaitKind, readonly (readonly [Wait, string])[]>> = {
  turn: [[{ for: 'turn', ahead: 2, active: null }, 'waits for … deployments before it']],
  unlock: [[{ for: 'unlock', lock: { owner: 'mo', reason: 'INC-7', since } }, 'the lane is locked since']],
  service: [[{ for: 'service', holder: deployment }, 'waits until … has let go of the service']],
  approval: [
    [
      { for: 'approval', given: 0, wanted: 1, who: 'release-owner', missing: [], expiresAt: since },
      'waits for approval',
    ],
  ],
  'stage-approval': [
    [
      { for: 'stage-approval', stage: 'world', given: 0, wanted: 1, who: 'deployer', missing: [], expiresAt: since },
      'waits for approval',
    ],
  ],
  replication: [[{ for: 'replication', regions, reason: null }, 'waits until the release is copied to']],
  'build-worker': [[{ for: 'build-worker', since }, 'no build worker had taken it up by']],
  slot: [[{ for: 'slot', position: 2, of: 3, region: null, most: 4 }, 'waits for others to end, place … of']],
  fleet: [[{ for: 'fleet', since }, 'waits since … for the fleet']],
  freeze: [
    [{ for: 'freeze', freeze: frozen('freeze'), more: 0 }, 'frozen since'],
    [{ for: 'freeze', freeze: frozen('stop-the-line'), more: 0 }, 'the line is stopped, since'],
  ],
  window: [[{ for: 'window', text: 'mon-fri 09:00-17:00 Europe/Berlin', opensAt: since }, 'its window … is shut']],
  resume: [[{ for: 'resume', by: 'mo', reason: '', since }, 'paused since']],
  decision: [[{ for: 'decision', reason: 'bad', since }, 'held since']],
  choice: [[{ for: 'choice', reason: 'bad', since }, "failed since … and can't go on"]],
  hosts: [
    [{ for: 'hosts', regions, reason: 'no host' }, 'no host reports in'],
    [{ for: 'hosts', regions, reason: 'all hosts pinned' }, 'all hosts are pinned in'],
  ],
  checks: [[{ for: 'checks', missing: ['ci/lint'], pending: [], fault: null, until: since }, 'waits for checks']],
  metrics: [[{ for: 'metrics', stage: 'canary', text: 'errors 0 of at most 1', until: since }, 'watches metrics']],
  bake: [[{ for: 'bake', stage: 'canary', until: since }, 'watches stage … until']],
  regions: [[{ for: 'regions', regions, since }, "can't reach … since"]],
  hook: [[{ for: 'hook', text: 'runs "./migrate up" (hooks.before[0])', since }, 'runs … (hooks.']],
  'late-undo': [
    [{ for: 'late-undo', regions, commands: ['./migrate down'] }, 'waits until … is undone, and then runs'],
  ],
  'data-loss': [[{ for: 'data-loss', commands: ['./migrate down'], since }, 'waits since … for a person']],
  'no-tokens': [
    [
      { for: 'no-tokens', wait: { for: 'resume', by: 'mo', reason: '', since }, why: whyShut(maxBadTokens)! },
      'but 5 bad tokens were sent',
    ],
  ],
  undo: [[{ for: 'undo', regions, until: since }, 'waits until … is undone']],
};

test.each(
  Object.values(waits)
    .flat()
    .map(([wait, words]) => [words, wait] as const),
)('troubleshooting explains "%s", in the words that people see', (words, wait) => {
  const parts = words.split(' … ');
  const seen = waitingSentence(serviceName('checkout'), wait);
  expect(parts.filter((part) => !seen.includes(part))).toEqual([]);
  expect(text).toContain(`| ${words}`);
});

test('troubleshooting explains what nobody runs, in the words that people see', () => {
  const words = 'no control worker of version … runs, on which it began';
  expect(words.split('…').filter((part) => !noWorkerText('5f0c').includes(part))).toEqual([]);
  expect(text).toContain(`| ${words} |`);
});

test('troubleshooting links every problem, and none that is not there', () => {
  const linked = new Set([...text.matchAll(/reference\/problems\.md#([\w-]+)/g)].map(([, code]) => code!));
  expect([...linked].toSorted()).toEqual(Object.keys(problemKinds).toSorted());
});
