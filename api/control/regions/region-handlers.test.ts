import { expect, test } from '@jest/globals';
import { deploymentNumber, regionName, releaseNumber, serviceName } from '../../../domain/names.ts';
import type { RegionBook, RegionOutcome } from './region-book.ts';
import { regionHandlers, type RegionParts } from './region-handlers.ts';

const service = serviceName('checkout');
const release = releaseNumber(7);
const north = regionName('us-north');

/** What is answered, and opened, when the region's book says so of a request. */
async function asked(verb: 'addRegion' | 'undrainRegion', outcome: RegionOutcome['outcome'], open: number[] = []) {
  const opened: object[] = [];
  const change = async () => ({ outcome }) as RegionOutcome;
  const book = {
    add: change,
    undrain: change,
    listBehind: async () => [{ service, release }],
    listOpenWithout: async () => open.map((number) => ({ service, deployment: deploymentNumber(number) })),
  } as unknown as RegionBook;
  const lanes: RegionParts['lanes'] = {
    submit: async ({ source }) => {
      opened.push(source);
      return { outcome: 'accepted', deployment: deploymentNumber(8), release, kind: 'rollout', ahead: 0, lock: null };
    },
  };
  const handlers = regionHandlers({ regions: book, lanes });
  const body = { reason: 'back', tokenHash: 'a'.repeat(64) };
  const request = {
    person: { person: 'olga', roles: ['operator'] },
    parameters: { region: north },
    body,
    key: 'key-1',
  };
  return { answer: await handlers[verb](request as never), opened };
}

test.each(['addRegion', 'undrainRegion'] as const)(
  '%s brings what was missed once, however often it is asked',
  async (verb) => {
    const catchUp = [{ service, deployment: 'checkout/8', reason: null }];
    for (const outcome of ['changed', 'repeated'] as const) {
      const { answer, opened } = await asked(verb, outcome);
      expect(answer).toEqual({ region: north, changed: true, catchUp });
      expect(opened).toMatchObject([{ release, regions: [north] }]);
    }
  },
);

test.each(['addRegion', 'undrainRegion'] as const)('%s of what is so already opens nothing', async (verb) => {
  const { answer, opened } = await asked(verb, 'same', [6]);
  expect([answer, opened]).toEqual([{ region: north, changed: false, catchUp: [] }, []]);
});

test('an open deployment that was planned without the region is named, with what to do', async () => {
  const { answer } = await asked('undrainRegion', 'changed', [9]);
  const reason = 'checkout/9 is open without it: redeploy after its end';
  expect(answer.catchUp).toContainEqual({ service, deployment: null, reason });
});
