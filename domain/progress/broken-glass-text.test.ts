import { expect, test } from '@jest/globals';
import { brokenGlassText } from './broken-glass-text.ts';

const by = (person: string) => ({ person, reason: 'the shop is down', incident: 'INC-7', at: '2026-11-24T03:00:00Z' });
const said = { reviewedBy: 'ada', reviewReason: 'no other way' };

test.each([
  [
    { stage: null, broken: [by('mo')], review: 'wanted', reviewedBy: null, reviewReason: null },
    'mo went past the approval 2026-11-24 03:00 UTC: "the shop is down" (INC-7); another person has to review it',
  ],
  [
    { stage: 'world', broken: [by('mo'), by('kim')], review: 'none', reviewedBy: null, reviewReason: null },
    'mo, kim went past the approval of stage world 2026-11-24 03:00 UTC: "the shop is down" (INC-7)',
  ],
  [
    { stage: null, broken: [by('mo')], review: 'accepted', ...said },
    'mo went past the approval 2026-11-24 03:00 UTC: "the shop is down" (INC-7); ada accepts it: "no other way"',
  ],
  [
    { stage: null, broken: [by('mo')], review: 'objected', ...said },
    'mo went past the approval 2026-11-24 03:00 UTC: "the shop is down" (INC-7); ada objects: "no other way"',
  ],
] as const)('broken glass is told with who, why, and what came of it', (glass, text) => {
  expect(brokenGlassText(glass)).toBe(text);
});
