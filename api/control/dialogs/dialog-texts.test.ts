import { describe, expect, test } from '@jest/globals';
import { deploymentNumber, digest, regionName, releaseNumber, serviceName, teamName } from '../../../domain/names.ts';
import type { ApprovePolicy } from '../../../domain/spec/service-spec.ts';
import type { Lane } from '../../../protocol/api/lane.ts';
import type { DeploymentPlan } from '../../../protocol/api/plan.ts';
import type { HostCounts } from '../../../protocol/api/region.ts';
import type { StoredDeployment } from '../reads/projection.ts';
import type { DeploymentDialogFacts, DialogText, ServiceDialogFacts, TokenDialogFacts } from './dialog-facts.ts';
import { approveDialog } from './approving.ts';
import { breakGlassDialog } from './breaking-glass.ts';
import { holdDialog } from './holding.ts';
import { hotfixDialog } from './hotfix-dialog.ts';
import { promoteDialog, skipRegionDialog } from './leaving-waits.ts';
import { deployDialog } from './deploying.ts';
import { lockDialog, unlockDialog } from './locking.ts';
import { resumeDialog } from './resuming.ts';
import { onceMoreDialog } from './once-more.ts';
import { reviewDialog } from './reviewing.ts';
import { abortDialog, endUndoDialog, pauseDialog, rejectDialog, rollbackDialog } from './stopping.ts';

const service = serviceName('checkout');
const [usEast, apSouth] = [regionName('us-east'), regionName('ap-south')];
const noon = '2026-11-24T12:00:00.000Z';
const none: HostCounts = { total: 0, healthy: 0, unhealthy: 0, switching: 0, reverted: 0, unknown: 0, absent: 0 };
const planDigest = digest(`sha256:${'2'.repeat(64)}`);

const hostsIn = (region: typeof usEast, total: number, stale = false) => ({
  service,
  region,
  hosts: { ...none, total, healthy: total },
  running: [],
  at: noon,
  stale,
});
const entry = (number: number, release: number, kind: 'rollout' | 'rollback' = 'rollout') => ({
  deployment: `checkout/${number}`,
  number: deploymentNumber(number),
  release: releaseNumber(release),
  kind,
});
const lane: Lane = { service, lock: null, active: entry(87, 412), queue: [entry(88, 413)] };
const lock = { owner: 'mo', reason: 'INC-7', since: noon };

const shared: ServiceDialogFacts = {
  service,
  lane,
  currentRelease: releaseNumber(411),
  hosts: [hostsIn(usEast, 6_185), hostsIn(apSouth, 155, true)],
  took: { deploy: null, rollback: null, undo: { leastMs: 1, medianMs: 50_000, worstMs: 100_000, count: 10 } },
};

const region = (name: typeof usEast, state: 'rolling' | 'ready') => ({
  region: name,
  stage: 'world',
  state,
  batch: 1,
  batches: 2,
  hosts: { total: 0, switched: 0, healthy: 0, failed: 0 },
  reason: null,
});
const deployment = (more: Partial<StoredDeployment> = {}): StoredDeployment =>
  ({
    deployment: 'checkout/87',
    service,
    number: deploymentNumber(87),
    release: releaseNumber(412),
    from: releaseNumber(411),
    subject: 'Fix double charge',
    state: 'rolling',
    outcome: null,
    paused: false,
    held: false,
    waiting: null,
    pointOfNoReturn: false,
    ends: null,
    approvals: { given: 0, wanted: 1 },
    verbs: [],
    hosts: { total: 10_120, onRelease: 6_340 },
    regions: [region(usEast, 'rolling'), region(apSouth, 'rolling')],
    ...more,
  }) as StoredDeployment;
const about = (more: Partial<StoredDeployment> = {}): DeploymentDialogFacts => ({
  ...shared,
  deployment: deployment(more),
  lockAfter: true,
  hooks: {},
  begunHooks: [],
});
/** `./migrate up` has run. */
const hooked = (more: Partial<StoredDeployment> = {}): DeploymentDialogFacts => {
  const migrate = { run: './migrate up', undo: './migrate down', timeoutMs: 1, mayStay: false, destructive: false };
  return {
    ...about(more),
    hooks: { hooks: { before: [migrate], after: [], region: { before: [], after: [] } } },
    begunHooks: [{ moment: 'before', region: null, index: 0, state: 'ran' }],
  };
};
const untouched: Partial<StoredDeployment> = { state: 'approving', regions: [region(usEast, 'ready')] };
const binding = {
  service,
  deployment: deploymentNumber(87),
  release: { number: releaseNumber(412), digest: planDigest },
  planDigest,
  regions: [usEast],
};
const askedOf = (policy: Partial<ApprovePolicy>) => ({
  stage: null,
  binding,
  policy: { quorum: 1, roles: ['release-owner'], expiresMs: 60_000, ...policy } as const,
  brokenBy: [],
});
const byToken = (more: Partial<StoredDeployment>, person = 'mo'): TokenDialogFacts => ({
  ...about(more),
  person,
  roles: ['release-owner'],
  teams: [],
  asked: askedOf({}),
  excluded: ['lin'],
  approvedBy: [],
  binding,
});
const textOf = ({ lines }: DialogText, label: string) => lines.find((line) => line.label === label)?.text;

describe('abort', () => {
  test('names hosts, regions, hooks, time, what comes after and how to take it back', () => {
    expect(abortDialog(about())).toMatchObject({
      title: 'Abort checkout/87 and undo?',
      lines: [
        {
          label: 'What',
          text: '6,340 hosts go back @412 → @411 in 2 regions (us-east, ap-south); those in ap-south once it reports again.',
        },
        { label: 'Hooks', text: 'none' },
        {
          label: 'Time',
          text: 'about 50 s (last 10: worst 1 min 40 s), regions in parallel. No network needed on hosts.',
        },
        {
          label: 'After',
          text: 'The lane is locked; checkout/88 waits. Undo this: unlock checkout, deploy checkout@412 again.',
        },
      ],
      keep: 'Keep it running',
      confirm: 'Abort and undo on 6,340 hosts',
      refused: null,
    });
  });

  test('of what has changed nothing undoes nothing, and of what waits in the lane takes it out', () => {
    expect(textOf(abortDialog(about(untouched)), 'What')).toBe('No host has switched: there is nothing to undo.');
    const queued = abortDialog(about({ state: 'queued', regions: [] }));
    expect(textOf(queued, 'What')).toBe('checkout/87 is taken out of the queue: there is nothing to undo.');
    expect(queued.confirm).toBe('Abort checkout/87');
  });

  test('of a first release says that it stops', () => {
    expect(textOf(abortDialog(about({ from: null })), 'What')).toContain('@412 → nothing (it stops) in 2 regions');
  });

  test('means the same while counts move, and is said to be refused when it is over or past its point', () => {
    const meanings = [
      about(),
      about({ hosts: { total: 9, onRelease: 7 } }),
      about({ regions: [region(apSouth, 'ready'), region(usEast, 'rolling')] }),
    ];
    expect(new Set(meanings.map((facts) => JSON.stringify(abortDialog(facts).meaning))).size).toBe(1);
    expect(abortDialog(about({ outcome: 'undone' })).refused).toBe('checkout/87 is over: undone');
    expect(abortDialog(about({ pointOfNoReturn: true })).refused).toContain('roll back instead');
  });
});

describe('abort with hold', () => {
  test('says that hosts stay, that nothing is undone or locked, and how to go on from there', () => {
    expect(holdDialog(hooked({ hosts: { total: 12, onRelease: 8 } }))).toMatchObject({
      title: 'Abort checkout/87 and leave hosts where they are?',
      lines: [
        { label: 'What', text: '8 hosts stay on @412 in 2 regions (us-east, ap-south); no other switches.' },
        { label: 'Hooks', text: 'what those that have begun did stays' },
        { label: 'Time', text: 'at once; those in ap-south once it reports again' },
        {
          label: 'After',
          text: 'The lane is not locked; checkout/88 goes next. Undo this: deploy checkout@411 to bring hosts back, checkout@412 to go on.',
        },
      ],
      confirm: 'Abort checkout/87 and undo nothing',
      refused: null,
    });
    expect(holdDialog(about()).meaning).not.toEqual(abortDialog(about()).meaning);
    expect(textOf(holdDialog(about({ hosts: { total: 12, onRelease: 1 } })), 'What')).toMatch(/^1 host stays on @412 /);
  });

  test('of what has touched nothing is the abort that it comes to, and refuses what can not be held', () => {
    expect(holdDialog(about(untouched)).lines).toEqual(abortDialog(about(untouched)).lines);
    expect(holdDialog(about({ state: 'undoing' })).refused).toMatch(/^checkout\/87 is being undone: /);
    expect(holdDialog(about({ pointOfNoReturn: true })).refused).toContain('roll back instead');
  });
});

test('one host goes, and more go', () => {
  const one = { hosts: { total: 4, onRelease: 1 } };
  expect(textOf(abortDialog(about(one)), 'What')).toMatch(/^1 host goes back @412 → @411 /);
  const rollback = { ...shared, lane: { ...lane, active: null, queue: [] }, active: null, named: null };
  const back = { ...rollback, hosts: [hostsIn(usEast, 1)], regions: [usEast], target: releaseNumber(410) };
  expect(textOf(rollbackDialog(back), 'What')).toBe('1 host goes back @411 → @410 in 1 region (us-east).');
  const resumed = byToken({ ...one, hosts: { total: 2, onRelease: 1 }, paused: true });
  expect(textOf(resumeDialog(resumed), 'What')).toContain('1 host goes @411 → @412 ');
});

describe('rollback', () => {
  const regions = [usEast, apSouth];
  const settled = { ...shared, lane: { ...lane, active: null, queue: [] }, active: null, regions, named: null };
  test('goes to what ran before, without approval, and locks the lane', () => {
    const dialog = rollbackDialog({ ...settled, target: releaseNumber(410) });
    expect(textOf(dialog, 'What')).toContain('6,340 hosts go back @411 → @410 in 2 regions (us-east, ap-south)');
    expect(textOf(dialog, 'After')).toBe('The lane is locked. Undo this: unlock checkout, deploy checkout@411 again.');
    expect(dialog).toMatchObject({ confirm: 'Roll back 6,340 hosts', refused: null, meaning: { from: 411, to: 410 } });
  });

  test('undoes what moves, cancels what has changed nothing, and rolls back what is past its point', () => {
    const of = (more: Partial<StoredDeployment>) =>
      rollbackDialog({ ...shared, active: about(more), target: releaseNumber(410), regions, named: null });
    expect(of({}).title).toBe('Roll checkout back: abort checkout/87 and undo?');
    expect(textOf(of(untouched), 'What')).toContain('checkout/87 is cancelled.');
    expect(of({ pointOfNoReturn: true }).meaning).toMatchObject({ from: 412, to: 410 });
  });

  test('says that hooks of what it cancels are undone', () => {
    const text = { ...shared, active: hooked(untouched), target: releaseNumber(410), regions, named: null };
    const dialog = rollbackDialog(text);
    expect(textOf(dialog, 'What')).toMatch(/checkout\/87 is cancelled, and its hooks are undone\.$/);
    expect(textOf(dialog, 'Hooks')).toBe(
      'of checkout/87: ./migrate down runs once regions are undone. Nothing here is marked "cannot be undone". The rollback runs none.',
    );
    const calm = rollbackDialog({ ...text, active: about(untouched) });
    expect(textOf(calm, 'Hooks')).toBe('none: a rollback runs none, and what those of the release did stays');
  });

  test('counts hosts where its plan goes, and none elsewhere', () => {
    const one = rollbackDialog({ ...settled, target: releaseNumber(410), regions: [usEast] });
    expect(textOf(one, 'What')).toBe('6,185 hosts go back @411 → @410 in 1 region (us-east).');
    expect([one.confirm, one.meaning.regions]).toEqual(['Roll back 6,185 hosts', [usEast]]);
    const unheard = rollbackDialog({ ...settled, hosts: [hostsIn(usEast, 6_185)], target: releaseNumber(410) });
    expect(textOf(unheard, 'What')).toBe(
      '6,185 hosts go back @411 → @410 in 2 regions (us-east, ap-south); how many in ap-south is not known yet; those in ap-south once it reports again.',
    );
    expect(unheard.confirm).toBe('Roll back hosts in 2 regions');
  });

  test('further back goes by its own spec, and only where nothing has begun', () => {
    const named = { further: true, refused: null };
    const further = rollbackDialog({ ...settled, target: releaseNumber(405), regions: [usEast], named });
    expect(textOf(further, 'Time')).toContain('by the stages and approvals of its own spec');
    expect(further).toMatchObject({ reason: 'required', refused: null, meaning: { to: 405, further: true } });
    const moving = { ...shared, active: about(), target: releaseNumber(405), regions, named };
    expect(rollbackDialog(moving).refused).toContain('checkout/87 has touched a region: abort it first');
    const never = { further: false, refused: '@77 is none of the releases that ran before: deploy it' };
    const other = rollbackDialog({ ...settled, target: releaseNumber(77), named: never });
    expect(other.refused).toBe('checkout@77 is none of the releases that ran before: deploy it');
  });

  test('is refused when nothing ran before, and is a fact when one is on its way', () => {
    expect(rollbackDialog({ ...settled, target: null }).refused).toContain('no release of checkout ran before');
    const going = { ...lane, active: null, queue: [entry(88, 410, 'rollback')] };
    const dialog = rollbackDialog({ ...settled, lane: going, target: null });
    expect(dialog.refused).toBe('checkout/88 rolls it back already');
    // Also when it has begun: it isn't undone by a second one.
    const running = { ...lane, active: entry(87, 410, 'rollback') };
    const active = about({ kind: 'rollback', regions: [region(usEast, 'rolling')] });
    expect(rollbackDialog({ ...settled, lane: running, active, target: null }).refused).toBe(
      'checkout/87 rolls it back already',
    );
  });
});

test('a rollback takes as long as rollbacks took, else as deployments took: an undo stops sooner', () => {
  const of = (ms: number) => ({ leastMs: ms, medianMs: ms, worstMs: ms, count: 1 });
  const timeOf = (rollback: number | null): string | undefined => {
    const took = { deploy: of(60_000), rollback: rollback === null ? null : of(rollback), undo: of(100) };
    const facts = { ...shared, lane: { ...lane, active: null }, active: null, took, named: null };
    return textOf(rollbackDialog({ ...facts, target: releaseNumber(410), regions: [usEast] }), 'Time');
  };
  expect(timeOf(null)).toMatch(/^about 1 min, as the last time, all regions at once/);
  expect(timeOf(5_000)).toMatch(/^about 5 s, as the last time, all regions at once/);
});

describe('approve', () => {
  test('says what would switch where, and what is bound', () => {
    const dialog = approveDialog(byToken(untouched));
    expect(textOf(dialog, 'What')).toBe('6,185 hosts go @411 → @412 in 1 region (us-east).');
    expect(textOf(dialog, 'Time')).toBe('no measure yet');
    expect(dialog).toMatchObject({ refused: null, meaning: { plan: planDigest } });
  });

  test('of a first release says so, and gives no number that no region has reported', () => {
    const first = approveDialog(byToken({ ...untouched, from: null }));
    expect(textOf(first, 'What')).toBe('First release: 6,185 hosts get @412 in 1 region (us-east).');
    const unheard = approveDialog({ ...byToken({ ...untouched, from: null }), hosts: [] });
    expect(textOf(unheard, 'What')).toBe(
      'First release: all hosts get @412 in 1 region (us-east); how many is not known yet.',
    );
    expect(unheard.confirm).toBe('Approve @412 for hosts in 1 region');
  });

  test('counts persons: who has approved it is not counted again', () => {
    const approved = { ...untouched, approvals: { given: 1, wanted: 2 } };
    const [another, again] = ['ada', 'Mo'].map((person) =>
      approveDialog({ ...byToken(approved, person), approvedBy: ['mo'], asked: askedOf({ quorum: 2 }) }),
    );
    expect([another!.refused, textOf(another!, 'Approval'), textOf(another!, 'After')]).toEqual([
      null,
      '1 of 2 so far (mo)',
      'It starts at once. Undo this: abort checkout/87.',
    ]);
    expect([again!.refused, textOf(again!, 'After')]).toEqual([
      'Mo has approved it already: 1 of 2',
      'It waits for 1 more approval. Undo this: abort checkout/87.',
    ]);
  });

  test('promises no start that does not come', () => {
    const security = teamName('security');
    const among = [{ quorum: 1, roles: [], teams: [security] }];
    const ada = {
      approver: 'ada',
      role: 'release-owner',
      roles: ['release-owner'],
      teams: [],
      approvedAt: noon,
    } as const;
    const asked = { ...askedOf({ quorum: 2, among }), approvals: [ada] };
    const after = (more: Partial<TokenDialogFacts>, of: Partial<StoredDeployment> = untouched) =>
      textOf(approveDialog({ ...byToken(of), approvedBy: ['ada'], asked, ...more }), 'After');
    expect(after({})).toMatch(/^It waits for 1 more approval, 1 of team security among them\./);
    expect(after({ teams: [security] })).toMatch(/^It starts at once\./);
    expect(after({ teams: [security] }, { ...untouched, paused: true })).toMatch(/^It starts when it is resumed\./);
  });

  test('is not for who has no role that counts', () => {
    const deployer = { ...byToken(untouched), roles: ['deployer'] as const };
    expect(approveDialog(deployer).refused).toBe(
      'mo needs the role release-owner. An owner of checkout or an operator can grant it: slipway grant mo --role release-owner --service checkout',
    );
    const teams = [teamName('payments')];
    const ofTeam = { ...deployer, teams, asked: askedOf({ teams }) };
    expect(approveDialog(ofTeam).refused).toBeNull();
  });

  test('of a stage names the stage and its own regions, and means another thing', () => {
    const whole = byToken({ ...untouched, state: 'rolling' });
    const stage = { ...askedOf({}), stage: 'world', binding: { ...binding, stage: 'world', regions: [apSouth] } };
    const dialog = approveDialog({ ...whole, asked: stage });
    expect(dialog.title).toBe('Approve stage world of checkout/87?');
    expect(dialog.meaning).toMatchObject({ stage: 'world', regions: ['ap-south'] });
    expect(approveDialog(whole).meaning).not.toHaveProperty('stage');
  });
});

describe('break glass', () => {
  test('says what is bypassed, what follows, and that the mark stays', () => {
    const dialog = breakGlassDialog({ ...byToken(untouched), asked: askedOf({ quorum: 2 }) });
    expect(dialog).toMatchObject({ title: 'Break glass for checkout/87?', reason: 'required', refused: null });
    expect(textOf(dialog, 'Bypassed')).toBe('2 approvals by release-owner.');
    expect(textOf(dialog, 'After')).toBe('It waits for another person to break glass, for an hour.');
    const second = { ...askedOf({}), brokenBy: ['ada'] };
    expect(textOf(breakGlassDialog({ ...byToken(untouched), asked: second }), 'After')).toBe(
      'It starts at once: ada broke glass before.',
    );
    const alone = { ...byToken(untouched), asked: askedOf({ breakGlass: 'one-with-review' }) };
    expect(textOf(breakGlassDialog(alone), 'After')).toBe(
      'It starts at once. Another person has to review it afterwards.',
    );
  });

  test('promises no start that does not come', () => {
    const after = (more: Partial<TokenDialogFacts>, of: Partial<StoredDeployment> = untouched) =>
      textOf(breakGlassDialog({ ...byToken(of), ...more }), 'After');
    const second = { ...askedOf({}), brokenBy: ['ada'] };
    expect(after({ asked: second, excluded: ['ada', 'mo'] })).toBe(
      'It waits for a person who had no part in the change to break glass, for an hour.',
    );
    expect(after({ asked: second }, { ...untouched, paused: true })).toBe(
      'It starts when it is resumed: ada broke glass before.',
    );
    const own = { ...askedOf({ breakGlass: 'one-with-review' }), brokenBy: ['ada'] };
    expect(after({ asked: own, excluded: ['ada', 'mo'] })).toBe(
      'It starts at once: ada broke glass before. Another person has to review it afterwards.',
    );
  });

  test.each<[string, Partial<TokenDialogFacts>, string]>([
    ['nothing is asked', { asked: null }, 'checkout/87 waits for no approval: there is nothing to go past'],
    [
      'nobody may',
      { asked: askedOf({ breakGlass: 'never' }) },
      'nobody goes past the approval of checkout/87: breakGlass is never',
    ],
    [
      'they did already',
      { asked: { ...askedOf({}), brokenBy: ['MO'] } },
      'mo broke glass already: a second person is wanted',
    ],
    ['they have no role for it', { roles: ['deployer'] }, 'mo needs the role release-owner or operator'],
  ])('is refused where %s', (_, more, refused) => {
    expect(breakGlassDialog({ ...byToken(untouched), ...more }).refused).toBe(refused);
  });
});

describe('approve, besides', () => {
  test.each<[StoredDeployment['state'], string]>([
    ['rolling', 'is rolling'],
    ['baking', 'is baking'],
    ['undoing', 'is being undone'],
  ])('is refused while nobody is asked, whoever it is, and says what it does: %s', (state, does) => {
    const refused = `checkout/87 waits for no approval: it ${does}`;
    const nobody = { ...byToken({ state }), asked: null };
    expect(approveDialog(nobody).refused).toBe(refused);
    expect(approveDialog({ ...nobody, roles: [] }).refused).toBe(refused);
    expect(approveDialog({ ...nobody, deployment: deployment({ verbs: ['approve'] }) }).refused).toBeNull();
  });

  test('is not for a change of their own, nor before the plan', () => {
    expect(approveDialog(byToken(untouched, 'LIN')).refused).toContain('your own change');
    expect(approveDialog({ ...byToken(untouched), binding: null }).refused).toBe(
      'the plan of checkout/87 is not made yet',
    );
  });
});

test('resume says how many hosts are left, and why it stood still', () => {
  const dialog = resumeDialog(byToken({ held: true, waiting: 'held since noon: bad world' }));
  expect(textOf(dialog, 'What')).toMatch(
    /^It is judged again, .+ goes back, or is held again .+; else batches go on\. 3,780 hosts go @411 → @412 in 2 regions \(us-east, ap-south\)\.$/,
  );
  expect([textOf(dialog, 'After'), dialog.confirm]).toEqual([
    'Hosts switch if it goes on. Undo this: abort checkout/87, or roll checkout back.',
    'Have checkout/87 judged again',
  ]);
  const paused = resumeDialog(byToken({ paused: true }));
  expect(textOf(paused, 'What')).toBe('Batches go on. 3,780 hosts go @411 → @412 in 2 regions (us-east, ap-south).');
  expect(paused.confirm).toBe('Resume on 3,780 hosts');
  expect([textOf(dialog, 'Why'), dialog.keep]).toEqual(['held since noon: bad world', 'Keep it held']);
  expect(resumeDialog(byToken({})).refused).toBe('checkout/87 is neither paused nor held');
  const first = { ...untouched, from: null, paused: true, hosts: { total: 0, onRelease: 0 } };
  expect(textOf(resumeDialog({ ...byToken(first), hosts: [] }), 'What')).toBe(
    'Batches go on. First release: all hosts get @412 in 1 region (us-east); how many is not known yet.',
  );
});

test('what has failed is not resumed: a person chooses how it ends', () => {
  const waiting = "failed since noon and can't go on: bad; a person must abort it: to undo it, or with hold";
  const failed = { held: true, waiting };
  expect(resumeDialog(byToken({ ...failed, verbs: ['abort'] })).refused).toBe(`checkout/87: ${waiting}`);
  expect(resumeDialog(byToken({ ...failed, verbs: ['resume', 'abort'] })).refused).toBeNull();
});

test('reject wants a reason, and only what has begun nowhere can be rejected', () => {
  expect(rejectDialog(about(untouched))).toMatchObject({ reason: 'required', refused: null });
  expect(rejectDialog(about()).refused).toBe('checkout/87 has begun: abort it instead');
});

test('reject says what hooks do that ran before the first stage was asked about, and that the lane is locked', () => {
  const up = { run: './up', undo: './down', timeoutMs: 1, mayStay: false, destructive: false };
  const hooks = { before: [up], after: [], region: { before: [], after: [] } };
  const begunHooks = [{ moment: 'before', region: null, index: 0, state: 'ran' }] as const;
  const asking = { ...untouched, verbs: ['reject'], approvals: { given: 0, wanted: 1, stage: 'canary' } } as never;
  const dialog = rejectDialog({ ...about(asking), hooks: { hooks }, begunHooks });
  expect(dialog.refused).toBeNull();
  expect(textOf(dialog, 'What')).toContain('no host has switched to @412, and its hooks are undone');
  expect(textOf(dialog, 'Hooks')).toContain('./down runs once regions are undone.');
  expect(textOf(dialog, 'After')).toContain('The lane is locked');
  const later = rejectDialog({
    ...about({ verbs: ['reject'], approvals: { given: 0, wanted: 1, stage: 'world' } }),
    hooks: { hooks, compatibleWith: 'none', leftBehind: [] },
    begunHooks,
  });
  expect(textOf(later, 'Hooks')).toContain('./down runs');
  expect(textOf(later, 'After')).toContain('The lane is locked');
  // What was shown for one stage agrees to nothing of another.
  expect(later.meaning).not.toEqual(dialog.meaning);
  expect(rejectDialog({ ...about(asking), hooks: { hooks } }).meaning).not.toEqual(dialog.meaning);
  expect(rejectDialog({ ...about(untouched), hooks: { hooks }, begunHooks }).refused).toBe(
    'checkout/87 has begun: abort it instead',
  );
});

test('an abort says where hosts would go back to what cannot run', () => {
  const left = { deployment: deploymentNumber(86), release: releaseNumber(411), hooks: ['./up'] } as const;
  const hooks = { leftBehind: [{ ...left, compatibleWith: 'none' as const }] };
  expect(textOf(abortDialog({ ...about(), hooks }), 'No way back')).toMatch(/deployment 86 \(@411\) is neither/);
  expect(textOf(abortDialog({ ...about(untouched), hooks }), 'No way back')).toBeUndefined();
  expect(textOf(approveDialog({ ...byToken(untouched), hooks: { leftBehind: [left] } }), 'Before it')).toContain(
    './up',
  );
});

test('a stage that asks can be rejected also while its deployment is paused: all that has begun is undone', () => {
  const approvals = { given: 0, wanted: 1, stage: 'world' };
  const dialog = rejectDialog(
    about({ paused: true, approvals, verbs: ['approve', 'break-glass', 'reject', 'resume'] }),
  );
  expect(dialog.refused).toBeNull();
  expect(textOf(dialog, 'What')).toMatch(/^The stage does not begin, and all is undone: 6,340 hosts go back /);
});

test('pause and the end of an undo say what goes on', () => {
  expect(pauseDialog(about()).lines[0]?.text).toBe('Batches that are allowed finish, no other starts.');
  expect(pauseDialog(about({ paused: true })).refused).toBe('checkout/87 is paused already');
  const undoing = [
    { ...region(usEast, 'rolling'), state: 'undone' as const },
    { ...region(apSouth, 'rolling'), state: 'undoing' as const },
  ];
  const dialog = endUndoDialog(about({ state: 'undoing', regions: undoing }));
  expect(textOf(dialog, 'After')).toBe('checkout/87 ends; hosts in ap-south go back when it answers.');
  expect(endUndoDialog(about()).refused).toBe('checkout/87 is not being undone');
});

test('unlock says what it was locked for and what starts then', () => {
  const shut = { ...lane, lock, active: null };
  const asked = { ...shared, person: 'mo', rights: { releaseOwner: false, ownsService: false } };
  const dialog = unlockDialog({ ...asked, lane: shut });
  expect(textOf(dialog, 'What')).toBe('Locked since 2026-11-24 12:00 UTC by mo: "INC-7".');
  expect(textOf(dialog, 'After')).toContain('checkout/88 starts: @411 → @413.');
  expect(dialog).toMatchObject({ confirm: 'Unlock and start checkout/88', reason: 'required', meaning: { lock } });
  expect(unlockDialog(asked).refused).toBe('checkout is not locked');
  const other = { ...asked, person: 'ada', lane: { ...shut, lock: { ...lock, until: '2026-11-24T14:00:00.000Z' } } };
  expect(unlockDialog(other).refused).toBe('mo has locked it: mo or a release-owner may open it');
  expect(lockDialog(other).refused).toBe('locked already, by mo until 2026-11-24 14:00 UTC: "INC-7"');
  expect(lockDialog({ ...other, person: 'mo' }).refused).toBeNull();
});

describe('a hotfix', () => {
  const release = {
    release: releaseNumber(413),
    state: 'ready' as const,
    reverted: null,
    althoughReverted: false,
    hooks: {},
  };
  const asked = { ...shared, ...release, hold: false };
  const whatOf = (changed: object, moving = {}) =>
    textOf(hotfixDialog({ ...asked, active: about(moving), ...changed }), 'What');

  test('says what makes way for it, and what goes first then', () => {
    const dialog = hotfixDialog({ ...asked, active: about() });
    expect(dialog.title).toBe('Abort checkout/87 for checkout@413 as a hotfix?');
    expect(textOf(dialog, 'What')).toMatch(/hosts go back @412 → @411 in/);
    expect(textOf(dialog, 'Then')).toBe('checkout@413 goes first, as checkout/88, with its own checks and approvals.');
    expect(dialog).toMatchObject({ reason: 'required', refused: null, meaning: { hotfix: 'undo', how: 'undone' } });
    expect(whatOf({ hold: true })).toMatch(/^checkout\/87 stops, and its hosts in .* stay where they are\.$/);
    expect(whatOf({}, { pointOfNoReturn: true })).toBe('checkout/87 is past its point of no return and ends first.');
    expect(whatOf({}, { kind: 'rollback' })).toBe('checkout/87 rolls the service back and goes on first.');
    expect(whatOf({}, { regions: [] })).toBe('No host has switched: there is nothing to undo.');
  });

  test('says of hooks once that there are none, and whose they are that are undone', () => {
    const hooksOf = (active: DeploymentDialogFacts) =>
      hotfixDialog({ ...asked, active }).lines.flatMap(({ label, text }) => (label === 'Hooks' ? [text] : []));
    expect(hooksOf(about())).toEqual(['none']);
    expect(hooksOf(hooked())).toEqual(['none', expect.stringMatching(/^of checkout\/87: \.\/migrate down runs once /)]);
  });

  test('says what becomes of hooks that have run where no host has switched', () => {
    const linesOf = (hold: boolean) => {
      const dialog = hotfixDialog({ ...asked, hold, active: hooked(untouched) });
      const hooks = dialog.lines.filter(({ label }) => label === 'Hooks').map(({ text }) => text);
      return [dialog.meaning['how'], textOf(dialog, 'What'), hooks.at(-1)];
    };
    expect(linesOf(true)).toEqual([
      'held',
      'checkout/87 stops. No host has switched.',
      'what those of checkout/87 did stays',
    ]);
    const undo =
      'of checkout/87: ./migrate down runs once regions are undone. Nothing here is marked "cannot be undone".';
    expect(linesOf(false)).toEqual(['undone', 'No host has switched.', undo]);
  });

  test('says how what was stopped before ends, whatever is asked for now', () => {
    const howOf = (hold: boolean, ends: 'undo' | 'hold') =>
      hotfixDialog({ ...asked, hold, active: about({ ends }) }).meaning['how'];
    expect([howOf(false, 'hold'), howOf(true, 'undo'), howOf(true, 'hold')]).toEqual(['held', 'undone', 'held']);
  });

  test('goes on a locked lane, which stays locked; what waits goes on behind it', () => {
    const shut = { ...lane, lock, active: null, queue: [{ ...lane.queue[0]!, release: releaseNumber(500) }] };
    const dialog = hotfixDialog({ ...asked, lane: shut, active: null });
    expect(dialog.title).toBe('Have checkout@413 go first as a hotfix?');
    expect(textOf(dialog, 'After')).toBe(
      'Locked since 2026-11-24 12:00 UTC by mo: "INC-7": it goes all the same, and the lane stays locked. checkout/88 waits, under a new number. Undo this: abort it, or roll checkout back.',
    );
  });

  test('is refused for what is under way, not built, or taken back', () => {
    const none = { ...lane, queue: [] };
    const refusedOf = (changed: object) => hotfixDialog({ ...asked, active: null, lane: none, ...changed }).refused;
    expect(refusedOf({ state: 'building' })).toBe("checkout@413 can't be deployed: it is building");
    expect(refusedOf({ state: 'building', lane })).toBeNull();
    expect(refusedOf({ reverted: 'taken back' })).toBe('taken back');
  });

  test('lets what brings the release already pass, and says so; one that goes to some regions only makes way', () => {
    const same = { ...asked, active: about(), release: releaseNumber(412) };
    const dialog = hotfixDialog(same);
    expect([dialog.title, dialog.refused, dialog.confirm]).toEqual([
      'Let checkout/87 pass as the hotfix checkout@412?',
      null,
      'Let checkout/87 pass',
    ]);
    expect(textOf(dialog, 'What')).toBe('checkout/87 brings @412 already, and goes on: nothing is aborted.');
    const some = hotfixDialog({
      ...same,
      lane: { ...lane, active: { ...lane.active!, regions: [regionName('eu-west')] } },
    });
    expect([some.title, some.meaning['how']]).toEqual(['Abort checkout/87 for checkout@412 as a hotfix?', 'undone']);
  });

  test('is another request, and not refused, for who knows that it was taken back', () => {
    const [one, insisted] = [false, true].map((althoughReverted) =>
      hotfixDialog({ ...asked, active: null, reverted: 'commit a1b2c3d was taken back', althoughReverted }),
    ) as [DialogText, DialogText];
    expect([insisted.refused, textOf(insisted, 'Reverted')]).toEqual([
      null,
      'commit a1b2c3d was taken back: it goes all the same.',
    ]);
    expect([textOf(one, 'Reverted'), one.meaning]).not.toEqual([undefined, insisted.meaning]);
  });
});

test('deploy says what, where, who must agree and what goes first', () => {
  const plan = {
    release: releaseNumber(412),
    from: releaseNumber(411),
    ahead: 1,
    lock: null,
    reverted: null,
    digest: planDigest,
    tookMs: null,
    stages: [
      {
        name: 'world',
        regions: [
          { region: usEast, hosts: 6_185 },
          { region: apSouth, hosts: 155 },
        ],
      },
    ],
    approval: { quorum: 1, roles: ['release-owner'], expiresMs: 1 },
    commit: { id: 'a'.repeat(40), subject: 'Fix double charge', authors: ['lin'] },
  } as unknown as DeploymentPlan;
  const kind = 'rollout' as const;
  const usual = { ...shared, althoughReverted: false };
  const dialog = deployDialog({ ...usual, kind, plan });
  expect(textOf(dialog, 'What')).toBe('6,340 hosts go @411 → @412 in 2 regions (us-east, ap-south), 1 stage.');
  expect(dialog.confirm).toBe('Deploy @412 to 6,340 hosts');
  expect(textOf(dialog, 'After')).toBe('checkout/87 goes first. Undo this: abort it, or roll checkout back.');
  const after = (more: Partial<DeploymentPlan>) =>
    textOf(deployDialog({ ...usual, kind, plan: { ...plan, ...more } }), 'After');
  expect(after({ ahead: 0 })).toMatch(/^It starts at once\. Undo this/);
  const waits = ['frozen since 2026-12-20 00:00 UTC by mo: "holidays"'];
  expect(after({ ahead: 0, waits })).toMatch(/^It does not begin now: frozen since .+ by mo: "holidays"\. Undo this/);
  expect(after({ waits })).toMatch(/^checkout\/87 goes first\. It does not begin now: frozen since .+\. Undo this/);
  expect(deployDialog({ ...usual, kind, plan: { ...plan, lock } }).refused).toContain('INC-7');
  expect(deployDialog({ ...usual, kind, plan: { ...plan, reverted: 'taken back' } }).refused).toBe('taken back');
  const insisted = deployDialog({ ...usual, kind, plan: { ...plan, reverted: 'taken back' }, althoughReverted: true });
  expect([insisted.refused, textOf(insisted, 'Reverted')]).toEqual([null, 'taken back: it goes all the same.']);
  expect(insisted.meaning).not.toEqual(dialog.meaning);
  const first = deployDialog({ ...usual, hosts: [], kind, plan: { ...plan, from: null } });
  expect(textOf(first, 'What')).toBe(
    'First release: all hosts get @412 in 2 regions (us-east, ap-south), 1 stage; how many is not known yet.',
  );
  const forward = deployDialog({ ...usual, kind: 'roll-forward', plan });
  expect([forward.title, forward.confirm]).toEqual([
    'Roll checkout forward to @412?',
    'Roll forward to @412 on 6,340 hosts',
  ]);
  expect(forward.meaning).not.toEqual(dialog.meaning);
  const waiting = deployDialog({ ...shared, kind, plan: { ...plan, lock }, queue: true });
  expect([waiting.refused, textOf(waiting, 'After')]).toEqual([
    null,
    'Locked since 2026-11-24 12:00 UTC by mo: "INC-7". It waits until checkout is unlocked. Undo this: abort it, or roll checkout back.',
  ]);
  expect(waiting.meaning).not.toEqual(dialog.meaning);
  expect([dialog.mayWaitFor, waiting.mayWaitFor]).toEqual([undefined, ['lock']]);
  const [frozen] = waits;
  const held = { ...usual, kind, plan: { ...plan, waits }, frozen };
  expect(deployDialog(held)).toMatchObject({ refused: frozen, mayWaitFor: ['freeze'] });
  expect(deployDialog({ ...held, queue: true })).toMatchObject({ refused: null, mayWaitFor: ['freeze'] });
  expect(deployDialog({ ...held, plan: { ...plan, lock } }).mayWaitFor).toEqual(['lock', 'freeze']);
  expect(onceMoreDialog(held, 'checkout/87', null)).toMatchObject({ refused: frozen, mayWaitFor: ['freeze'] });
  const again = onceMoreDialog({ ...shared, kind, plan }, 'checkout/87', null);
  expect([again.title, again.confirm, again.refused]).toEqual([
    'Retry checkout/87: deploy checkout@412 once more?',
    'Retry @412 to 6,340 hosts',
    null,
  ]);
  const busy = { detail: 'checkout/88 brings checkout@412 already', next: 'Follow it: slipway watch checkout/88' };
  const same = onceMoreDialog({ ...shared, kind, plan }, null, busy);
  expect([same.title, same.refused]).toEqual([
    'Deploy checkout@412, which runs, once more?',
    'checkout/88 brings checkout@412 already. Follow it: slipway watch checkout/88',
  ]);
});

describe('a review', () => {
  const glass = { name: 'checkout/87', stage: 'world', brokenBy: ['mo'], excluded: ['lin'], review: 'wanted' } as const;
  const broken = [
    { person: 'mo', role: 'release-owner', reason: 'the shop is down', incident: 'INC-7', at: noon },
  ] as const;
  const mark = {
    stage: 'world',
    broken,
    review: 'wanted',
    reviewedBy: null,
    reviewedAt: null,
    reviewReason: null,
  } as const;
  const reviewOf = (person: string) =>
    reviewDialog({ ...about({ brokenGlass: [mark] }), person, glass: { ...glass, reviewedBy: null } });

  test('reads who broke it, why, and what was shipped', () => {
    const dialog = reviewOf('kim');
    expect(dialog.title).toBe('Review the broken glass of stage world of checkout/87?');
    expect(Object.fromEntries(dialog.lines.map(({ label, text }) => [label, text]))).toMatchObject({
      Who: 'mo, as release-owner, 2026-11-24 12:00 UTC',
      Why: '"the shop is down"',
      Incident: 'INC-7',
      Shipped: '@411 → @412 "Fix double charge" in 2 regions (us-east, ap-south).',
      Now: 'rolling',
    });
    expect([dialog.reason, dialog.refused]).toEqual(['required', null]);
  });

  test.each([
    ['mo', 'mo broke glass for checkout/87: another person reviews it'],
    ['lin', 'lin made or asked for this change: another person reviews it'],
  ])('is not made by %s', (person, why) => expect(reviewOf(person).refused).toBe(why));
});

describe('hooks', () => {
  const up = { run: './up', undo: './down', timeoutMs: 1, mayStay: false, destructive: false };
  const region = { before: [], after: [] };
  const spec = { hooks: { before: [up], after: [{ ...up, run: './mail', undo: null }], region } };
  const begunHooks = [{ moment: 'before', region: null, index: 0, state: 'ran' }] as const;

  test('are named by what they do and what takes that back, before it begins and before it stops', () => {
    expect(textOf(abortDialog({ ...about(), hooks: spec, begunHooks }), 'Hooks')).toBe(
      './down runs once regions are undone. Nothing here is marked "cannot be undone".',
    );
    const noHost = abortDialog({ ...about({ ...untouched, state: 'rolling' }), hooks: spec, begunHooks });
    expect(noHost).toMatchObject({
      title: 'Abort checkout/87 and undo?',
      confirm: 'Abort checkout/87 and undo its hooks',
    });
    expect(textOf(noHost, 'What')).toBe('No host has switched.');
    const approving = approveDialog({ ...byToken(untouched), hooks: spec });
    expect(textOf(approving, 'Hooks')).toBe('before: ./up (undo: ./down). after: ./mail (cannot be undone)');
    expect(textOf(approving, 'No way back')).toBe('"./mail" cannot be undone: hooks.after[0] has no undo.');
    expect(textOf(approveDialog(byToken(untouched)), 'No way back')).toBeUndefined();
  });

  test('whose undo loses data are a question of their own, and the answer to it has another meaning', () => {
    const losing = { state: 'undoing', verbs: ['resume', 'end-undo'], waiting: '"./down" would lose data' } as const;
    const facts = { ...byToken(losing as never), hooks: spec, begunHooks };
    const dialog = resumeDialog(facts);
    expect(dialog).toMatchObject({ title: 'Undo the rest of checkout/87, and lose data?', refused: null });
    expect(textOf(dialog, 'What')).toBe('"./down" would lose data');
    expect(textOf(endUndoDialog(facts), 'What')).toContain('What would lose data is not run');
    const plain = endUndoDialog({ ...facts, ...about({ state: 'undoing' }) });
    expect(plain.meaning).not.toEqual(endUndoDialog(facts).meaning);
  });
});

describe('what is not waited for', () => {
  const canary = {
    state: 'baking',
    stage: 'canary',
    regions: [region(usEast, 'rolling'), region(apSouth, 'ready')],
  } as const;

  test('promote says that the bake ends, that health still counts, and what comes next', () => {
    const dialog = promoteDialog(byToken({ ...canary, regions: [...canary.regions], verbs: ['promote'] }));
    expect(dialog).toMatchObject({ confirm: 'End the bake of canary', reason: 'required', refused: null });
    expect(textOf(dialog, 'What')).toBe(
      'The rest of the bake is left out. Hosts are looked at once more; if they are well, stage world begins.',
    );
    const measured = promoteDialog(byToken({ ...canary, regions: [...canary.regions], verbs: ['pause'] }));
    expect(measured.refused).toContain('held to metrics');
    expect(promoteDialog(byToken({ verbs: ['pause'] })).refused).toContain('nothing to end early');
  });

  test('skip region names what stays there, and how it gets the release', () => {
    const away = {
      ...region(apSouth, 'rolling'),
      state: 'unreachable' as const,
      hosts: { total: 155, switched: 8, healthy: 8, failed: 0 },
    };
    const facts = byToken({ regions: [region(usEast, 'rolling'), away], skippable: [apSouth], verbs: ['skip-region'] });
    const dialog = skipRegionDialog({ ...facts, region: apSouth });
    expect(textOf(dialog, 'What')).toBe(
      'checkout/87 goes on without ap-south: hosts there stay where they are, 8 of them on @412.',
    );
    expect(textOf(dialog, 'After')).toContain('slipway deploy checkout@current --regions ap-south');
    expect(dialog).toMatchObject({ confirm: 'Go on without ap-south', reason: 'required', refused: null });
    const moving = skipRegionDialog({ ...facts, region: usEast });
    expect(moving.refused).toContain('us-east answers, and is not held');
    expect(moving.meaning).not.toEqual(dialog.meaning);
  });
});
