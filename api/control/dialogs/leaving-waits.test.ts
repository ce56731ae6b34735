import { describe, expect, test } from '@jest/globals';
import { region, byToken, textOf, usEast, apSouth } from './dialog-facts.fixture.ts';
import { promoteDialog, skipRegionDialog } from './leaving-waits.ts';

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
