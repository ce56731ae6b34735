import { expect, test } from '@jest/globals';
import { untouched, byToken, textOf } from './dialog-facts.fixture.ts';
import { resumeDialog } from './resuming.ts';

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
