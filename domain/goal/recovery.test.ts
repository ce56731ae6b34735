import { expect, test } from '@jest/globals';
import { regionName } from '../names.ts';
import { decideRecovery } from './recovery.ts';
import { attempt } from './testing/given.ts';

const regions = ['eu-west', 'us-east'].map(regionName);
const lost = { attempt: attempt(2), regions, controlRevision: 4 };

test.each([
  ['finishes past the point of no return', true, true, 'finish'],
  ['finishes past the point of no return, also without automatic rollback', true, false, 'finish'],
  ['undoes', false, true, 'undo'],
  ['holds without automatic rollback', false, false, 'hold'],
])('recovery %s, in every region of the plan and above any revision', (_what, pointOfNoReturn, automatic, kind) => {
  const steps = decideRecovery({ ...lost, pointOfNoReturn, rollbackAutomatically: automatic });
  expect(steps).toEqual(regions.map((region) => ({ region, kind, attempt: attempt(2), controlRevision: 5 })));
});
