import { CompleteAsyncError, CancelledFailure, Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { BuildActivities } from '../../activities/build/contract.ts';
import type { DeploymentRecordActivities } from '../../activities/deployment-record/contract.ts';
import type { ReleaseActivities } from '../../activities/release/contract.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import type { ServiceName } from '../../domain/names.ts';
import { benignFault } from './region-world.ts';
import type { ServiceWorld } from './service-world.ts';
import { hash } from './service-world.ts';

export interface Worlds {
  of(service: ServiceName): ServiceWorld;
  all(): readonly ServiceWorld[];
}

export const recordActivities = (worlds: Worlds): DeploymentRecordActivities => ({
  async holdService({ service }) {
    const { holder } = worlds.of(service);
    return holder === null ? { outcome: 'held' } : { outcome: 'busy', holder };
  },
  async recordProgress(progress) {
    worlds.of(progress.service).progress.push(progress);
  },
  async recordIntent(intent) {
    const world = worlds.of(intent.service);
    if (world.intentsAway) throw benignFault('the central database does not answer');
    world.intents.push(intent);
    const ended = world.finished.filter(({ deployment }) => deployment < intent.deployment);
    const outcomes = ended.flatMap(({ deployment, regions }) =>
      regions.filter(({ region }) => region === intent.region).map(({ outcome }) => ({ deployment, outcome })),
    );
    return { outcomes, centreGeneration: 0 };
  },
  async recordPointOfNoReturn({ service, deployment }) {
    worlds.of(service).pointsOfNoReturn.push(deployment);
  },
  async recordBrokenGlass(glass) {
    worlds.of(glass.service).brokenGlass.push(glass);
  },
  async recordObligation(obligation) {
    worlds.of(obligation.service).obligations.push(obligation);
  },
  async finishDeployment(end) {
    const world = worlds.of(end.service);
    if (world.finished.some(({ deployment }) => deployment === end.deployment)) return;
    const told = world.intents.filter(({ deployment }) => deployment === end.deployment).map(({ region }) => region);
    if (end.madeByReset === true) throw ApplicationFailure.nonRetryable('its run was reset', 'end-incomplete');
    if (!told.every((region) => end.regions.some((ended) => ended.region === region)))
      throw ApplicationFailure.nonRetryable('the end says nothing of a region that has heard of it', 'end-incomplete');
    world.finished.push(end);
    world.lock ??= end.lock;
    const row = world.rows.find(({ deployment }) => deployment === end.deployment);
    if (row !== undefined) row.outcome = end.outcome;
  },
  async listObligations({ region, most }) {
    const owed = worlds.all().flatMap((world) => world.obligations.filter((one) => one.region === region));
    return { obligations: owed.slice(0, most), owed: owed.length };
  },
  async settleObligation(owed) {
    const world = worlds.of(owed.service);
    world.settled.push(owed);
    world.obligations = world.obligations.filter(({ region, kind }) => region !== owed.region || kind !== owed.kind);
  },
});

const planOf = (
  { service, plan }: ServiceWorld,
  { deployment, kind, release }: Parameters<ReleaseActivities['planDeployment']>[0],
): Plan => ({
  format: 'slipway.plan/1',
  service,
  deployment,
  kind,
  release: { release: { number: release, digest: hash('a') }, selector: {} },
  budget: { failedPercent: 5, cap: 50 },
  ...plan,
});

/** The clock of the workflow, which a test may skip ahead of the machine's. */
const workflowTime = (): number => Context.current().info.currentAttemptScheduledTimestampMs;

export const releaseActivities = (worlds: Worlds): ReleaseActivities => ({
  async signRelease({ release, unsigned }) {
    return { outcome: 'signed', placement: { release: { number: release, digest: unsigned.digest }, selector: {} } };
  },
  async planDeployment(input) {
    const world = worlds.of(input.service);
    if (world.planRefused !== null) return { outcome: 'refused', reason: world.planRefused };
    const asked = input.askedBy === null ? [] : [input.askedBy];
    const plan = planOf(world, input);
    world.plans.set(input.deployment, plan);
    const { ownChecks } = world;
    const excluded = ['lin', ...asked];
    return { outcome: 'planned', plan, planDigest: world.planDigest, excluded, ...(ownChecks && { ownChecks }) };
  },
  /**
   * `approve:mo` is a good token of mo's to approve, `approve:mo:2` another; `approve:mo::world` one for that stage,
   * `skip-region:mo:::ap-south` one for that region; `stale` is an old one. Whatever has another form is a guess.
   */
  async verifyApproval({ token, verb, binding, excluded }) {
    worlds.of(binding.service).verified.push(token);
    worlds.of(binding.service).tokenRegions.push([token, binding.region]);
    const [said, approver, , stage = '', region = '', ...waits] = token.split(':');
    if (said === 'stale') return { valid: false, genuine: true, reason: 'the approval token is for another plan' };
    if (said !== verb || approver === undefined)
      return { valid: false, genuine: false, reason: 'the signature does not verify' };
    await worlds.of(binding.service).verifying?.pass();
    if (stage !== (binding.stage ?? ''))
      return { valid: false, genuine: true, reason: 'the approval token is for another stage' };
    if (region !== (binding.region ?? ''))
      return { valid: false, genuine: true, reason: 'the approval token is for another region' };
    // Only of tokens that say what they are for, after five colons.
    if (waits.length > 0 && waits.join(':') !== (binding.wait ?? ''))
      return { valid: false, genuine: true, reason: 'the approval token is for another wait' };
    if (verb === 'approve' && excluded.includes(approver))
      return { valid: false, genuine: true, reason: `${approver} may not approve a change of their own` };
    const approvedAt = new Date(workflowTime()).toISOString();
    const teams = worlds.of(binding.service).teams[approver] ?? [];
    const approval = { approver, role: 'release-owner', roles: ['release-owner'], teams, approvedAt } as const;
    if (verb !== 'break-glass') return { valid: true, approval };
    const said3am = { reason: 'the shop is down', incident: 'INC-7' };
    return { valid: true, approval, broken: { person: approver, role: 'release-owner', ...said3am, at: approvedAt } };
  },
  async admitRelease({ binding, evidence, broken }) {
    const world = worlds.of(binding.service);
    world.evidence.push(evidence);
    world.admissionsAsked += 1;
    if (broken !== undefined) world.admittedByGlass.push(broken.map(({ person }) => person));
    await world.admitting?.pass();
    if (world.admissionsAsked <= world.quorumsMissed)
      return { outcome: 'quorum-not-met', reason: '0 of 1 approvals are there and still fresh' };
    return { outcome: 'admitted', admission: '{}', digest: hash('c') };
  },
  async findAdmission() {
    return { admission: null };
  },
});

export const buildActivities = (worlds: Worlds): BuildActivities => ({
  async buildRelease({ service }) {
    return worlds.of(service).build;
  },
  async runCommand({ service, purpose, run }) {
    if (run === 'throws') throw ApplicationFailure.nonRetryable('the commit is gone', 'commit-missing');
    return worlds.of(service).command(purpose);
  },
  async runHook(call) {
    const world = worlds.of(call.service);
    const id = call.region === null ? call.command : `${call.command} ${call.region}`;
    world.hooksRan.push(id);
    // No heartbeat either; the worker itself would wait for its end when it is shut down.
    if (world.hookLost(call)) throw new CompleteAsyncError();
    try {
      await world.hookGates.get(id)?.pass();
      return world.hook(call);
    } catch (error) {
      if (!(error instanceof CancelledFailure) || world.stoppedHookLog === null) throw error;
      throw new CancelledFailure(error.message, [world.stoppedHookLog]);
    } finally {
      world.hooksRan.push(`${id} ended`);
    }
  },
});
