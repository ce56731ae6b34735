import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { KeyObject } from 'node:crypto';
import { addSignature, nextRoot, type RootChange } from '../infra/keys/next-root.ts';
import type { Envelope } from '../protocol/dsse.ts';
import { publicKeyDocument, verifyRoot, type RootDocument } from '../protocol/root-document.ts';
import { createTestAuthority } from '../test/host-certificates.ts';
import { openTestHost, type TestHost } from './testing/test-agent.ts';
import { startTestGateway } from './testing/test-gateway.ts';
import { indexOver } from './testing/test-index.ts';
import { checkout, startTestRegion, testRegion, type TestGoalInput, type TestRegion } from './testing/test-region.ts';
import type { TestRelease } from './testing/test-release.ts';
import { newKey } from './testing/trust.ts';

let region: TestRegion;
let host: TestHost;
let first: TestRelease;
let second: TestRelease;
let root: RootDocument;
/** Signs goals and indexes. */
let director: KeyObject;
let indexes: number;

beforeEach(async () => {
  region = await startTestRegion();
  host = await openTestHost(region);
  first = region.publish({ number: 1 });
  second = region.publish({ number: 2 });
  root = documentOf(region.trust.root);
  director = region.trust.director;
  indexes = 0;
  region.gateway.offerIndex = (goals) => indexOver(goals, director, testRegion, ++indexes);
  setGoal({ deployment: 5, generation: 50, base: first });
  host.start();
  await region.untilRuns(first, 50);
});
afterEach(async () => {
  await host.destroy();
  await region.gateway.goDown();
});

function documentOf(envelope: Envelope): RootDocument {
  const verified = verifyRoot(envelope);
  if (!verified.ok) throw new Error(verified.reason);
  return verified.document;
}

function setGoal(input: TestGoalInput): void {
  region.gateway.goals.set(checkout, region.offer(input, director));
  region.gateway.wake();
}

/** The next version, signed by these keys, where hosts find it. */
function publish(change: RootChange, ...keys: readonly KeyObject[]): void {
  root = nextRoot(root, change, new Date());
  const [one, ...others] = keys as [KeyObject, ...KeyObject[]];
  const envelope = others.reduce(addSignature, addSignature(root, one));
  region.gateway.roots.set(root.version, envelope);
  region.gateway.wake();
}

const untilTrusts = (version: number) =>
  region.gateway.untilReport(({ rootVersion }) => rootVersion === version, `that version ${version} is trusted`);
const untilReason = (part: string) =>
  region.gateway.untilReport(({ services: [service] }) => service?.reason?.includes(part) ?? false, `with "${part}"`);
const newDirector = (key: KeyObject): RootChange => ({ directors: { [testRegion]: publicKeyDocument(key) } });

describe('a stolen director key', () => {
  it('is rotated: goals by the old one are refused at once, what runs goes on, and the new one is obeyed', async () => {
    const pid = await host.ask('pid');
    const stolen = director;
    director = newKey();
    publish(newDirector(director), region.trust.rootKey);
    await untilTrusts(2);
    region.gateway.goals.set(
      checkout,
      region.offer({ deployment: 6, generation: 60, base: first, next: second }, stolen),
    );
    region.gateway.wake();
    await untilReason('not signed by the director of eu-west');
    expect(await host.ask('pid')).toBe(pid);
    setGoal({ deployment: 6, generation: 61, base: first, next: second });
    await region.untilRuns(second, 61);
  });

  it('that has used up all numbers and all time is recovered from', async () => {
    const highest = 253_402_300_799_999;
    region.gateway.offerIndex = (goals) =>
      indexOver(goals, director, testRegion, Number.MAX_SAFE_INTEGER, { issuedAt: '9999-01-01T00:00:00.000Z' });
    setGoal({ deployment: 2 ** 31, generation: highest, base: first });
    await region.untilRuns(first, highest);
    director = newKey();
    region.gateway.offerIndex = (goals) => indexOver(goals, director, testRegion, ++indexes);
    publish(newDirector(director), region.trust.rootKey);
    await untilTrusts(2);
    setGoal({ deployment: 6, generation: 60, base: first, next: second });
    expect(await region.untilRuns(second, 60)).toMatchObject({ rootVersion: 2 });
  });
});

it('a host that was away walks to the newest root document, over root keys that followed one another', async () => {
  await host.kill();
  const [one, two, three] = [newKey(), newKey(), newKey()];
  publish({ root: { threshold: 2, keys: [one, two, three].map(publicKeyDocument) } }, region.trust.rootKey, one, two);
  director = newKey();
  publish(newDirector(director), two, three);
  host.start();
  await untilTrusts(3);
  setGoal({ deployment: 6, generation: 60, base: first, next: second });
  expect(await region.untilRuns(second, 60)).toMatchObject({ rootVersion: 3 });
});

it('a root document by too few keys is not followed, and goals are obeyed by the one in force', async () => {
  const [one, two] = [newKey(), newKey()];
  publish({ root: { threshold: 2, keys: [one, two].map(publicKeyDocument) } }, one, two);
  setGoal({ deployment: 6, generation: 60, base: first, next: second });
  expect(await region.untilRuns(second, 60)).toMatchObject({ rootVersion: 1 });
  expect(host.output()).toContain('not signed by the root keys that are trusted');
});

it('a gateway by an authority that a host has yet to hear of is found by the root document that names it', async () => {
  const { authority, trusted } = await createTestAuthority(testRegion);
  const both = [...trusted, ...region.authority.trusted];
  const gateway = await startTestGateway({ ...region.authority, authority, trusted: both });
  const named = both.map(({ raw }) => raw.toString('base64'));
  root = nextRoot(root, { authorities: { [testRegion]: named } }, new Date());
  gateway.roots.set(2, addSignature(root, region.trust.rootKey));
  await host.kill();
  host.start({ env: { SLIPWAY_GATEWAY_URL: gateway.url } });
  const report = await gateway.untilReport(({ rootVersion }) => rootVersion === 2, 'by the new authority');
  expect(report.services).toMatchObject([{ running: first.digest }]);
  await gateway.goDown();
});

describe('a release that the root document revokes', () => {
  it('is installed nowhere any more', async () => {
    publish({ revoked: [second.digest] }, region.trust.rootKey);
    await untilTrusts(2);
    setGoal({ deployment: 6, generation: 60, base: first, next: second });
    await untilReason(`no admission covers ${second.digest}`);
    expect(await host.ask('release')).toBe('checkout@1');
  });

  it('goes on where it runs, which is told', async () => {
    const pid = await host.ask('pid');
    publish({ revoked: [first.digest] }, region.trust.rootKey);
    await untilReason('what runs is revoked by version 2 of the root document');
    expect(await host.ask('pid')).toBe(pid);
  });
});
