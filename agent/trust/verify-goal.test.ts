import { beforeAll, describe, expect, it } from '@jest/globals';
import { ownService } from '../../domain/host/own-service.ts';
import type { RegionName, ServiceName } from '../../domain/names.ts';
import { verifyRoot } from '../../protocol/root-document.ts';
import { signDocument } from '../../protocol/dsse.ts';
import { canonicalJson } from '../../protocol/canonical-json.ts';
import { digestOf } from '../../protocol/digest.ts';
import type { OfferedGoal } from '../../protocol/gateway.ts';
import { goalType } from '../../protocol/goal.ts';
import { startTestRegion, testHost, testRegion, type TestRegion } from '../testing/test-region.ts';
import type { TestRelease } from '../testing/test-release.ts';
import { newKey } from '../testing/trust.ts';
import { verifyGoal, type GoalVerifier } from './verify-goal.ts';

let region: TestRegion;
let verifier: GoalVerifier;
let base: TestRelease;
let next: TestRelease;

beforeAll(async () => {
  region = await startTestRegion();
  await region.gateway.goDown();
  base = region.publish({ number: 1 });
  next = region.publish({ number: 2 });
  const root = verifyRoot(region.trust.root);
  if (!root.ok) throw new Error(root.reason);
  verifier = { host: testHost, region: testRegion as RegionName, keys: root.keys };
});

const offered = (): OfferedGoal =>
  region.offer({ deployment: 1, generation: 1, base, next, selector: { role: 'web' } });
const verify = (offer: OfferedGoal, labels: Readonly<Record<string, string>> = {}) =>
  verifyGoal(offer, { labels, maintenance: false }, verifier);

describe('an offered goal', () => {
  it('is taken with its admissions and what selects this host', () => {
    expect(verify(offered(), { role: 'web', rack: 'a' })).toMatchObject({
      ok: true,
      goal: {
        admitted: true,
        selected: { base: true, next: true },
        goal: { region: testRegion, attempt: { deployment: 1, local: 0 } },
      },
    });
    expect(verify(offered(), { role: 'db' })).toMatchObject({ goal: { selected: { base: false, next: false } } });
    expect(verify(region.offer({ deployment: 1, generation: 1, base: null, next }))).toMatchObject({
      goal: { selected: { base: false, next: true } },
    });
  });

  it('is drained in maintenance, but of the agent itself, which looks after the host', () => {
    const drained = (service?: ServiceName) => {
      const offer = region.offer({ deployment: 1, generation: 1, base, next, ...(service && { service }) });
      const verified = verifyGoal(offer, { labels: {}, maintenance: true }, verifier);
      return verified.ok && verified.goal.maintenance === true;
    };
    expect(drained()).toBe(true);
    expect(drained(ownService)).toBe(false);
  });

  it('has the same content when it is signed again, and another when anything else differs', () => {
    const content = (input: Partial<Parameters<TestRegion['offer']>[0]>) => {
      const result = verify(region.offer({ deployment: 1, generation: 1, base, next, ...input }));
      return result.ok ? result.goal.contentDigest : result.reason;
    };
    expect(content({ expiresAt: '2999-01-01T00:00:00.000Z' })).toBe(content({}));
    expect(content({ mode: 'hold' })).not.toBe(content({}));
    expect(content({ admitted: [base] })).not.toBe(content({}));
  });

  it.each<[string, () => OfferedGoal, string]>([
    [
      'signed by a stranger',
      () => region.offer({ deployment: 1, generation: 1, base }, newKey()),
      'not signed by the director of eu-west (bad-signature)',
    ],
    [
      'signed by the build key',
      () => region.offer({ deployment: 1, generation: 1, base }, region.trust.build),
      'bad-signature',
    ],
    [
      'signed as something else',
      () => withEnvelope(signDocument('text/plain', {}, region.trust.director)),
      'wrong-type',
    ],
    [
      'without base',
      () => withEnvelope(signDocument(goalType, { format: 'slipway.goal/1' }, region.trust.director)),
      'malformed at',
    ],
    [
      'of another region',
      () => region.offer({ deployment: 1, generation: 1, base, region: 'us-east' }),
      'is for region us-east',
    ],
    [
      'of another service',
      () => ({ ...offered(), service: 'cart' as OfferedGoal['service'] }),
      'is for service checkout',
    ],
    ['under another digest', () => ({ ...offered(), etag: base.digest }), 'under the digest of another one'],
  ])('%s is refused', (_what, offer, reason) => {
    const result = verify(offer());
    expect(result.ok ? 'taken' : result.reason).toContain(reason);
  });

  it.each<[string, (offer: OfferedGoal) => OfferedGoal]>([
    ['none', (offer) => ({ ...offer, admissions: [] })],
    ['one by another key', () => offerWith(region.admission(next, newKey()))],
    ['one by the director', () => offerWith(region.admission(next, region.trust.director))],
    [
      'one that the goal does not list',
      (offer) => ({
        ...region.offer({ deployment: 1, generation: 1, base, next, admitted: [base] }),
        admissions: offer.admissions,
      }),
    ],
    ['one of another release', () => offerWith(region.admission(base))],
    [
      'one of another service',
      () => offerWith(region.admission({ ...next, service: 'cart' as TestRelease['service'] })),
    ],
  ])('admits its next release with %s: no', (_what, change) => {
    const result = verify(change(offered()));
    expect(result).toMatchObject({ ok: true, goal: { admitted: false } });
  });
});

/** A goal signed over exactly this admission. */
function offerWith(admission: OfferedGoal['admissions'][number]): OfferedGoal {
  const offer = offered();
  const goal = JSON.parse(Buffer.from(offer.goal.payload, 'base64').toString('utf8')) as Record<string, unknown>;
  const envelope = signDocument(
    goalType,
    { ...goal, admissions: [digestOf(canonicalJson(admission))] },
    region.trust.director,
  );
  return { ...withEnvelope(envelope), admissions: [admission] };
}

const withEnvelope = (goal: OfferedGoal['goal']): OfferedGoal => ({
  ...offered(),
  goal,
  etag: digestOf(canonicalJson(goal)),
});
