import type { BegunHook } from '../../../domain/progress/hook-text.ts';
import type { Reversibility } from '../../../domain/hook/irreversible.ts';
import type { Digest, RegionName } from '../../../domain/names.ts';
import type { ServiceSpec } from '../../../domain/spec/service-spec.ts';
import type { SignedIn } from '../../../protocol/api/people.ts';
import type { Service } from '../../../protocol/api/service.ts';
import { ProblemError } from '../../http/problem-error.ts';
import { whyFrozen } from '../fleet/refuse-frozen.ts';
import { rightsOf } from '../verbs/lock-rights.ts';
import { whyMayNotReject } from '../verbs/reject-rights.ts';
import { deploymentPlan, newestRelease } from '../plans/deployment-plan.ts';
import type { StoredDeployment } from '../reads/projection.ts';
import type { DeploymentDialogFacts, DialogText, ServiceDialogFacts, TokenDialogFacts } from './dialog-facts.ts';
import type { DialogObject, DialogParts } from './dialogs.ts';
import { holdDialog } from './holding.ts';
import { hotfixDialog } from './hotfix-dialog.ts';
import { approveDialog } from './approving.ts';
import { promoteDialog, skipRegionDialog } from './leaving-waits.ts';
import { breakGlassDialog } from './breaking-glass.ts';
import { deployDialog } from './deploying.ts';
import { lockDialog, unlockDialog } from './locking.ts';
import { resumeDialog } from './resuming.ts';
import { existing, readOnceMore, readReview } from './read-again.ts';
import { abortDialog, endUndoDialog, pauseDialog, rejectDialog, rollbackDialog } from './stopping.ts';

export interface ReadDialog {
  readonly text: DialogText;
  /** What an approval token has to name. */
  readonly planDigest: Digest | null;
  /** The stage that it is about; `null` where it is about none. */
  readonly stage: string | null;
}

/** Reads what the dialog of a verb is about. @throws ProblemError when there is no such object */
export async function readDialog(parts: DialogParts, person: SignedIn, object: DialogObject): Promise<ReadDialog> {
  const { now } = parts;
  const facts = await serviceFacts(parts, object);
  switch (object.verb) {
    case 'lock':
    case 'unlock': {
      const rights = await rightsOf(parts.projection, object.service, person);
      const about = { ...facts, person: person.person, rights };
      return plain(object.verb === 'lock' ? lockDialog(about) : unlockDialog(about));
    }
    case 'deploy': {
      if (object.hotfix !== undefined) return plain(await hotfix(parts, object, facts));
      const plan = await deploymentPlan(parts, object.service, { ...object, release: object.release }, now());
      const { kind = 'rollout', althoughReverted = false, queue } = object;
      const frozen = await whyFrozen(parts, { ...object, release: plan.release });
      return plain(deployDialog({ ...facts, kind, plan, althoughReverted, queue, frozen }));
    }
    case 'retry':
    case 'redeploy':
      return plain(await readOnceMore(parts, object, facts));
    case 'rollback':
      return plain(await rollback(parts, object, facts));
    default:
      return ofDeployment(parts, person, object, facts);
  }
}

const plain = (text: DialogText): ReadDialog => ({ text, planDigest: null, stage: null });

async function serviceFacts({ projection }: DialogParts, { service }: DialogObject): Promise<ServiceDialogFacts> {
  const stored: Omit<Service, 'sequence'> | null = await projection.findService(service);
  if (stored === null) throw new ProblemError('not-found', { detail: `there is no service ${service}` });
  const { lane, currentRelease, hosts } = stored;
  return { service, lane, currentRelease, hosts, took: await projection.durations(service) };
}

async function hotfix(
  { projection }: DialogParts,
  { service, release: asked, hotfix: active, althoughReverted = false }: DialogObject,
  facts: ServiceDialogFacts,
): Promise<DialogText> {
  const number = asked ?? (await newestRelease(projection, service));
  const release = await projection.findRelease(service, number);
  if (release === null)
    throw new ProblemError('release-not-found', { detail: `there is no release ${service}@${number}` });
  const moving = await movingIn(projection, facts);
  return hotfixDialog({
    ...facts,
    release: number,
    state: release.state,
    reverted: await projection.findTakenBack(service, number),
    althoughReverted,
    hooks: (await projection.findSpec(service, number)) ?? {},
    hold: active === 'hold',
    active: moving === null ? null : await deploymentFacts(projection, facts, moving),
  });
}

/** What its lane runs; `null` when nothing moves. */
async function movingIn(
  projection: DialogParts['projection'],
  { service, lane }: ServiceDialogFacts,
): Promise<StoredDeployment | null> {
  const active = lane.active === null ? null : await projection.findDeployment(service, lane.active.number);
  return active === null || active.outcome !== null ? null : active;
}

async function rollback(
  { projection }: DialogParts,
  { to, regions: only }: DialogObject,
  facts: ServiceDialogFacts,
): Promise<DialogText> {
  const { service } = facts;
  const back = await projection.findGoingBack(service, { to, regions: only });
  const moving = await movingIn(projection, facts);
  const finishing = moving?.pointOfNoReturn ? moving : null;
  const isWhole = finishing !== null && regionsAskedOf(finishing) === null;
  const strayed = isWhole ? undefined : (back.regions ?? (finishing === null ? undefined : []));
  const standing = strayed ?? (await projection.listRegionsOf(service));
  return rollbackDialog({
    ...facts,
    active: moving === null ? null : await deploymentFacts(projection, facts, moving),
    // What has become the base is what is rolled back from.
    target: finishing === null || to !== undefined ? (to ?? back.release) : facts.currentRelease,
    regions: only ?? [...new Set([...standing, ...finishedBy(finishing)])].toSorted(),
    named:
      to === undefined && only === undefined ? null : { further: back.further ?? false, refused: back.refused ?? null },
  });
}

const regionsAskedOf = ({ source }: StoredDeployment): readonly RegionName[] | null =>
  (source.from === 'person' && source.regions) || null;

/** Where it becomes the base: a rollback goes nowhere else. */
const finishedBy = (finishing: StoredDeployment | null): readonly RegionName[] =>
  (finishing?.regions ?? []).filter(({ state }) => state === 'done').map(({ region }) => region);

async function ofDeployment(
  parts: DialogParts,
  person: SignedIn,
  object: DialogObject,
  facts: ServiceDialogFacts,
): Promise<ReadDialog> {
  const { verb, region, stage } = object;
  const about = await deploymentFacts(parts.projection, facts, await existing(parts, object));
  switch (verb) {
    case 'abort':
      return plain(object.hold === true ? holdDialog(about) : abortDialog(about));
    case 'pause':
      return plain(pauseDialog(about));
    case 'review':
      return plain(await readReview(parts, person.person, stage, about));
    case 'reject':
      return plain(await reject(parts, person, about));
    default:
      return byToken(parts, person, verb as keyof typeof tokenDialogs, { ...about, region });
  }
}

/** Who may say no to it is decided by whom it asks. */
async function reject(
  { deployments }: DialogParts,
  person: SignedIn,
  about: DeploymentDialogFacts,
): Promise<DialogText> {
  const text = rejectDialog(about);
  if (text.refused !== null || about.deployment.state === 'queued') return text;
  const { service, number } = about.deployment;
  const mayNot = await whyMayNotReject(deployments, person, { service, number });
  return mayNot === null ? text : { ...text, refused: `${mayNot.detail}. ${mayNot.next}` };
}

const tokenDialogs = {
  approve: approveDialog,
  'break-glass': breakGlassDialog,
  resume: resumeDialog,
  promote: promoteDialog,
  'skip-region': skipRegionDialog,
  'end-undo': endUndoDialog,
};

async function byToken(
  { deployments }: DialogParts,
  { person, roles, teams = [] }: SignedIn,
  verb: keyof typeof tokenDialogs,
  about: DeploymentDialogFacts & Pick<DialogObject, 'region'>,
): Promise<ReadDialog> {
  const { service, number, outcome } = about.deployment;
  const isAsked = outcome === null && about.deployment.state !== 'queued';
  const {
    binding,
    excluded,
    approvedBy,
    asked = null,
    shut = null,
  } = isAsked ? await deployments.status({ service, number }) : { binding: null, excluded: [], approvedBy: undefined };
  const facts: TokenDialogFacts = { ...about, person, roles, teams, binding, excluded, approvedBy, asked };
  const stage = verb === 'approve' || verb === 'break-glass' ? (asked?.stage ?? null) : null;
  const text = tokenDialogs[verb](facts);
  return { text: { ...text, refused: text.refused ?? shut }, planDigest: binding?.planDigest ?? null, stage };
}

async function deploymentFacts(
  projection: DialogParts['projection'],
  facts: ServiceDialogFacts,
  deployment: StoredDeployment,
): Promise<DeploymentDialogFacts> {
  const spec = await projection.findSpec(deployment.service, deployment.release);
  return {
    ...facts,
    deployment,
    lockAfter: spec?.rollback.lockAfter ?? true,
    hooks: await reversibility(projection, deployment, spec),
    begunHooks: await begunHooks(projection, deployment, spec),
  };
}

/** A rollback runs no hooks, and asks nobody. */
async function reversibility(
  projection: DialogParts['projection'],
  { service, number, kind, regions }: StoredDeployment,
  spec: ServiceSpec | null,
): Promise<Reversibility> {
  if (spec === null || kind === 'rollback') return {};
  const { hooks, compatibleWith } = spec;
  const goesTo = { service, deployment: number, regions: regions.map(({ region }) => region) };
  const leftBehind = await projection.findLeftBehind(goesTo);
  return { ...(hooks && { hooks }), ...(compatibleWith && { compatibleWith }), leftBehind };
}

/** As they last stood: where an undo was begun, that says more than its hook. */
async function begunHooks(
  projection: DialogParts['projection'],
  { service, number }: StoredDeployment,
  spec: ServiceSpec | null,
): Promise<readonly BegunHook[]> {
  if (spec?.hooks === undefined) return [];
  const runs = await projection.listHookRuns(service, number);
  return [...new Map(runs.map((run) => [run.place, run])).values()];
}
