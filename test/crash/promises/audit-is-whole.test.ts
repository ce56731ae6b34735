import { describe, expect, test } from '@jest/globals';
import type { RunEvidence } from '../evidence/evidence.ts';
import { auditIsWhole } from './audit-is-whole.ts';
import { audited, chain, kept } from './kept.fixture.ts';

const [keptDeployment] = kept.deployments as [RunEvidence['deployments'][number]];

describe('the changes that a recovery tells', () => {
  const changes = (...told: readonly (readonly [number, string])[]) => {
    const between = told.map(([sequence, verb]) => ({
      verb,
      detail: { sequence },
      key: `progress:checkout/2:${sequence}`,
    }));
    const audit = chain([...audited.slice(0, 3), ...between, ...audited.slice(3)]);
    const last = told.at(-1)![0];
    return auditIsWhole({
      ...kept,
      centre: { ...kept.centre, audit },
      deployments: [{ ...keptDeployment, sequence: last }],
    });
  };

  test('begin after a gap, with its start or with what a person said at that moment', async () => {
    expect(await changes([2, 'batch-advanced'], [1003, 'recovery-started'])).toEqual([]);
    expect(await changes([2, 'batch-advanced'], [1003, 'abort'], [1004, 'recovery-started'])).toEqual([]);
  });

  test('leave none afterwards', async () => {
    expect(await changes([2, 'batch-advanced'], [1003, 'recovery-started'], [1005, 'undo-started'])).toEqual([
      expect.stringMatching(/has no audit record of its changes 1004$/),
    ]);
  });
});
