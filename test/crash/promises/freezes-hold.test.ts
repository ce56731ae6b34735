import { expect, test } from '@jest/globals';
import type { RunEvidence } from '../evidence/evidence.ts';
import { brokenPromises } from './broken-promises.ts';
import { atMs, deployment, history, kept, region } from './kept.fixture.ts';

const [keptDeployment] = kept.deployments as [RunEvidence['deployments'][number]];

const atSecond = (seconds: number): number => atMs + seconds * 1_000;
const frozen = { policy: 'hold', sinceMs: atSecond(-1), untilMs: atSecond(20) } as const;
const granted = (seconds: number) => ({ slots: [{ deployment, grantedAtMs: atSecond(seconds) }] });
const meant = (step: string, seconds: number, paused = false): Partial<RunEvidence> => ({
  histories: [{ ...history, what: 'rollout', region, intents: [{ step, atMs: atSecond(seconds), paused }] }],
});
const auditAt = (seconds: number, verb: string) => {
  const at = new Date(atSecond(seconds)).toISOString();
  return { centre: { ...kept.centre, audit: [{ ...kept.centre.audit[0]!, at, verb, key: verb }] } };
};
const noReturn = (seconds: number) => ({
  centre: {
    ...kept.centre,
    audit: kept.centre.audit.map((each) => ({ ...each, at: new Date(atSecond(seconds)).toISOString() })),
  },
});
/** Past its end, unless a violation says otherwise. */
const finished = noReturn(30);

const ofFreezes = async (seen: Partial<RunEvidence>): Promise<readonly string[]> => {
  const broken = await brokenPromises({ ...kept, freeze: frozen, ...finished, ...seen });
  return broken.filter(({ promise }) => promise === 'freeze').map(({ sentence }) => sentence);
};

test.each<[string, Partial<RunEvidence>, RegExp]>([
  ['a deployment that begins', granted(5), /2 was let begin/],
  ['a region that begins', meant('begin', 5), /meant eu-west to begin/],
  ['a next batch', meant('advance:2', 5), /meant eu-west to advance:2/],
  [
    'a next batch of what is to be undone',
    { ...meant('advance:2', 5), freeze: { ...frozen, policy: 'undo' } },
    /advance:2/,
  ],
  ['a point of no return', noReturn(5), /was finished while/],
  ['a batch of a rollout that was told to wait', { ...meant('advance:2', 30, true), freeze: null }, /told to wait/],
  [
    'a batch of a rollout that was told to wait, whatever was harmed',
    { ...meant('advance:2', 5, true), harmed: [{ atMs, healedAtMs: atMs, kind: 'kill', on: 'temporal' }] },
    /told to wait/,
  ],
  [
    'a deployment that is kept although it may finish',
    { ...granted(-9), ...auditAt(5, 'frozen'), freeze: { ...frozen, policy: 'finish' } },
    /was kept by a freeze that lets it finish/,
  ],
])('%s breaks a freeze', async (_planted, seen, sentence) => {
  expect(await ofFreezes(seen)).toEqual([expect.stringMatching(sentence)]);
});

test.each<[string, Partial<RunEvidence>]>([
  ['a batch before anybody can have heard', meant('advance:2', 1)],
  ['a batch after its end', meant('advance:2', 21)],
  ['the way back', meant('undo', 5)],
  ['a batch of what may finish', { ...meant('advance:2', 5), freeze: { ...frozen, policy: 'finish' } }],
  ['a rollback', { ...granted(5), ...meant('advance:1', 5), deployments: [{ ...keptDeployment, kind: 'rollback' }] }],
  [
    'a batch while the news could not be carried',
    { ...meant('advance:2', 5), harmed: [{ atMs, healedAtMs: atMs, kind: 'kill', on: 'control-worker' }] },
  ],
  ['a slot of before', granted(-9)],
])('%s breaks none', async (_allowed, seen) => {
  expect(await ofFreezes(seen)).toEqual([]);
});
