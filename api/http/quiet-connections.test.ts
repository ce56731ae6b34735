import { expect, test } from '@jest/globals';
import { stat } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { openQuietConnections } from './quiet-connections.ts';

const connection = () => ({
  bytesWritten: 0,
  isCut: false,
  destroy() {
    this.isCut = true;
  },
});

test('who has said nothing for a second is cut while others are kept out, and nobody who was answered', async () => {
  const quiet = openQuietConnections();
  const [silent, answered, gone] = [connection(), connection(), connection()];
  for (const each of [silent, answered, gone]) quiet.add(each);
  answered.bytesWritten = 1;
  quiet.delete(gone);
  const beganAt = performance.now();
  await quiet.cutWhile(() => !silent.isCut);
  expect([answered.isCut, gone.isCut]).toEqual([false, false]);
  expect(performance.now() - beganAt).toBeGreaterThan(990);
});

test('what arrived while nobody listened is read before anybody is taken for silent', async () => {
  const quiet = openQuietConnections();
  const [silent, heardLate] = [connection(), connection()];
  for (const each of [silent, heardLate]) quiet.add(each);
  await nextTurn(); // after which timers are looked at first
  const cut = quiet.cutWhile(() => !silent.isCut);
  // Told of in the turn of the event loop in which arrived bytes are read, too.
  stat('.', () => (heardLate.bytesWritten = 1));
  for (const until = performance.now() + 1_300; performance.now() < until;);
  await cut;
  expect(heardLate.isCut).toBe(false);
});
