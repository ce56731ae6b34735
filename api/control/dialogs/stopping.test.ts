import { describe, expect, test } from '@jest/globals';
import { deploymentNumber, releaseNumber } from '../../../domain/names.ts';
import type { StoredDeployment } from '../reads/projection.ts';
import { approveDialog } from './approving.ts';
import {
  hostsIn,
  entry,
  lane,
  shared,
  region,
  about,
  hooked,
  untouched,
  byToken,
  textOf,
  usEast,
  apSouth,
} from './dialog-facts.fixture.ts';
import { resumeDialog } from './resuming.ts';
import { abortDialog, endUndoDialog, pauseDialog, rejectDialog, rollbackDialog } from './stopping.ts';

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
