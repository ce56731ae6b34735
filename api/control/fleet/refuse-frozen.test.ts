import { expect, test } from '@jest/globals';
import { regionName, releaseNumber, serviceName } from '../../../domain/names.ts';
import { refuseFrozen, type FrozenParts } from './refuse-frozen.ts';

const [eu, us] = [regionName('eu-west'), regionName('us-east')];
const service = serviceName('checkout');
const now = new Date('2026-11-24T12:00:00.000Z');

/** What a deployment to these regions is told while only `eu-west` is frozen; `null` when it is taken. */
async function told(regions?: readonly (typeof eu)[]): Promise<string | null> {
  const inEffect = { since: now.toISOString(), until: null };
  const freeze = { freeze: 1, kind: 'freeze', owner: 'mo', reason: 'power', services: [], regions: [eu], inEffect };
  const parts = {
    book: { readFleet: async () => ({ stopped: null, freezes: [freeze], running: [], waiting: [], unasked: [] }) },
    projection: { findSpec: async () => ({ rollout: { stages: [{ regions: [eu] }, { regions: [us] }] } }) },
    now: () => now,
  } as unknown as FrozenParts;
  const refused = refuseFrozen(parts, { service, release: releaseNumber(412), regions }, async () => false);
  return refused.then(
    () => null,
    (error: Error & { code?: string }) => error.code ?? error.message,
  );
}

test.each([
  ['all regions', undefined, true],
  ['the frozen region', [eu], true],
  ['the frozen region and another', [us, eu], true],
  ['another region', [us], false],
])('a deployment to %s: refused as far as it touches what is frozen', async (_, regions, isRefused) => {
  expect((await told(regions)) !== null).toBe(isRefused);
});
