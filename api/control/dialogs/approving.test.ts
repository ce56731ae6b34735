import { describe, expect, test } from '@jest/globals';
import { teamName } from '../../../domain/names.ts';
import type { StoredDeployment } from '../reads/projection.ts';
import { approveDialog } from './approving.ts';
import {
  noon,
  planDigest,
  deployment,
  untouched,
  binding,
  askedOf,
  byToken,
  textOf,
  apSouth,
} from './dialog-facts.fixture.ts';
import type { TokenDialogFacts } from './dialog-facts.ts';

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
