import type { GoalMode, Placement } from '../../domain/goal/goal.ts';
import type { Digest, HostId, RegionName, ServiceName } from '../../domain/names.ts';
import { admissionType } from '../../protocol/admission.ts';
import { canonicalJson } from '../../protocol/canonical-json.ts';
import { digestOf } from '../../protocol/digest.ts';
import { signDocument, type Envelope } from '../../protocol/dsse.ts';
import type { OfferedGoal, ReportBatch, ServiceReport } from '../../protocol/gateway.ts';
import { goalType } from '../../protocol/goal.ts';
import { createTestAuthority, type TestAuthority } from '../../test/host-certificates.ts';
import { indexOver } from './test-index.ts';
import { startTestGateway, type TestGateway } from './test-gateway.ts';
import { makeRelease, type TestRelease, type TestReleaseInput } from './test-release.ts';
import { newTrust, type TestTrust } from './trust.ts';

export const testRegion = 'eu-west' as RegionName;
export const testHost = 'eu-west-1' as HostId;
export const checkout = 'checkout' as ServiceName;

export interface TestGoalInput {
  readonly service?: ServiceName;
  readonly deployment: number;
  readonly generation: number;
  readonly base: TestRelease | null;
  readonly next?: TestRelease | null;
  readonly mode?: GoalMode;
  readonly step?: string;
  /** Whether all hosts may switch; default yes when there is a `next`. */
  readonly allowed?: boolean;
  readonly keep?: readonly TestRelease[];
  /** Default: all releases named. */
  readonly admitted?: readonly TestRelease[];
  readonly region?: string;
  readonly expiresAt?: string;
  readonly selector?: Readonly<Record<string, string>>;
}

/** A region with its keys and gateway, where a test writes the goals. */
export interface TestRegion {
  readonly trust: TestTrust;
  readonly authority: TestAuthority;
  readonly gateway: TestGateway;
  publish(input: TestReleaseInput): TestRelease;
  /** Signs a goal as the region's director would. */
  offer(input: TestGoalInput, key?: TestTrust['director']): OfferedGoal;
  /** Signs it and gives it to the hosts. */
  setGoal(input: TestGoalInput): OfferedGoal;
  admission(release: TestRelease, key?: TestTrust['admission']): Envelope;
  /** Until its host says that the release runs, is healthy, and that this goal is taken up. */
  untilRuns(release: TestRelease, generation: number): Promise<ReportBatch>;
  /** … and that nothing is on its way there: no trial, no switch, no pin. */
  untilSettles(release: TestRelease, generation: number): Promise<ReportBatch>;
}

export const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const everyPosition = 'f'.repeat(16);

export async function startTestRegion(): Promise<TestRegion> {
  const authority = await createTestAuthority(testRegion);
  const trust = newTrust(testRegion, authority.trusted[0]!.raw.toString('base64'));
  const gateway = await startTestGateway(authority);
  let indexes = 0;
  gateway.offerIndex = (goals) => indexOver(goals, trust.director, testRegion, ++indexes);
  const admission: TestRegion['admission'] = ({ service, number, digest, configDigest }, key = trust.admission) =>
    signDocument(
      admissionType,
      {
        format: 'slipway.admission/1',
        service,
        release: { number, digest },
        config: configDigest,
        regions: [testRegion],
        approvers: [],
        evidence: digestOf('evidence'),
        admittedAt: '2026-01-01T00:00:00.000Z',
      },
      key,
    );
  const offer: TestRegion['offer'] = (input, key = trust.director) => {
    const { base, next = null, keep = [], selector = {}, service = checkout } = input;
    const admitted = input.admitted ?? [base, next, ...keep].filter((release) => release !== null);
    const admissions = admitted.map((release) => admission(release));
    const placement = (release: TestRelease | null): Placement | null =>
      release && { release: { number: release.number, digest: release.digest }, selector };
    const envelope = signDocument(
      goalType,
      {
        format: 'slipway.goal/1',
        service,
        region: input.region ?? testRegion,
        generation: input.generation,
        attempt: { deployment: input.deployment, local: 0 },
        step: input.step ?? 'advance:1',
        mode: input.mode ?? 'advance',
        base: placement(base),
        next: placement(next),
        keep: keep.map(({ digest }) => digest),
        cut: next !== null && input.allowed !== false ? everyPosition : null,
        canaries: [],
        admissions: admissions.map((each): Digest => digestOf(canonicalJson(each))),
        issuedAt: new Date(Date.now() - 1_000).toISOString(),
        expiresAt: input.expiresAt ?? new Date(Date.now() + 86_400_000).toISOString(),
      },
      key,
    );
    return { service, etag: digestOf(canonicalJson(envelope)), goal: envelope, admissions, traceparent };
  };
  const untilSaid = (
    { service, number, digest }: TestRelease,
    generation: number,
    holds: (said: ServiceReport) => boolean,
  ): Promise<ReportBatch> =>
    gateway.untilReport(({ services }) => {
      const said = services.find((each) => each.service === service);
      return said?.running === digest && said.generation === generation && holds(said);
    }, `that ${service}@${number} runs by goal ${generation}`);
  return {
    trust,
    authority,
    gateway,
    offer,
    admission,
    untilRuns: (release, generation) => untilSaid(release, generation, ({ health }) => health === 'healthy'),
    untilSettles: (release, generation) => untilSaid(release, generation, ({ state }) => state === 'healthy'),
    publish(input) {
      const release = makeRelease(input, trust.build);
      gateway.releases.set(release.digest, release);
      return release;
    },
    setGoal(input) {
      const offered = offer(input);
      gateway.goals.set(offered.service, offered);
      gateway.wake();
      return offered;
    },
  };
}
