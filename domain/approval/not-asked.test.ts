import { expect, test } from '@jest/globals';
import type { DeploymentState } from '../states.ts';
import { notAsked } from './not-asked.ts';

test.each<[DeploymentState, string]>([
  ['approving', 'checkout/87 waits for no approval: it has all it needs'],
  ['rolling', 'checkout/87 waits for no approval: it is rolling'],
  ['undoing', 'checkout/87 waits for no approval: it is being undone'],
  ['verifying', 'checkout/87 waits for no approval: it is being verified'],
])('a deployment that is %s and asks nobody says so', (state, text) => {
  expect(notAsked('checkout/87', state)).toBe(text);
});
