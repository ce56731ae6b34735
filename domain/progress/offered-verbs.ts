import { needsToken } from '../deployment/by-token.ts';
import { whyItMoves } from '../deployment/leaving-waits.ts';
import type { RegionName } from '../names.ts';
import { isBegunIn } from './begun.ts';
import type { RegionProgress } from './region-progress.ts';
import type { WaitKind } from './waiting.ts';
import type { DeploymentKind, DeploymentOutcome, DeploymentState } from '../states.ts';

/** What a person can do from where something stands; the words on buttons, in commands and in the audit. */
export const offeredVerbs = [
  'approve',
  'break-glass',
  'reject',
  'pause',
  'resume',
  'promote',
  'skip-region',
  'abort',
  'rollback',
  'deploy',
  'retry',
  'redeploy',
  'review',
  'lock',
  'unlock',
  'end-undo',
] as const;
export type OfferedVerb = (typeof offeredVerbs)[number];

export interface VerbFacts {
  readonly kind: DeploymentKind;
  readonly state: DeploymentState;
  readonly outcome: DeploymentOutcome | null;
  readonly waitingFor: WaitKind | null;
  readonly paused: boolean;
  readonly held: boolean;
  /** A stage asks for approvals, whatever else it waits for. */
  readonly stageAsked: boolean;
  /** Past it nothing is aborted. */
  readonly pointOfNoReturn: boolean;
  readonly regions: readonly RegionProgress[];
  /** Its release is what the service runs. */
  readonly isCurrent: boolean;
  /** Its release was built and may run. */
  readonly isDeployable: boolean;
  /** One person went past its approval, and nobody else has looked at it yet. */
  readonly reviewWanted: boolean;
}

/** What a person can do with a deployment, as far as its state says: the workflow has the last word. */
export const verbsOf = (facts: VerbFacts): readonly OfferedVerb[] => [
  ...verbsByState(facts).filter((verb) => facts.waitingFor !== 'no-tokens' || !needsToken(verb)),
  ...only(facts.reviewWanted, 'review'),
];

function verbsByState(facts: VerbFacts): readonly OfferedVerb[] {
  const { state, outcome, pointOfNoReturn, isCurrent, isDeployable } = facts;
  // It goes on under another number.
  if (outcome === 'superseded') return [];
  if (outcome !== null)
    return [
      ...only(isCurrent, 'rollback'),
      ...only(isRetried(facts), 'retry'),
      ...only(!isCurrent && isDeployable, 'deploy'),
    ];
  if (pointOfNoReturn) return ['rollback'];
  if (state === 'queued') return ['abort'];
  if (state === 'undoing') return [...only(facts.waitingFor === 'data-loss', 'resume'), 'end-undo'];
  if (facts.waitingFor === 'choice') return ['abort'];
  return [
    ...agreeing(facts),
    facts.paused || facts.held ? 'resume' : 'pause',
    ...only(facts.waitingFor === 'bake' && !facts.paused && !facts.held, 'promote'),
    ...only(skippableIn(facts).length > 0, 'skip-region'),
    'abort',
  ];
}

/** What did not get live can be tried once more, where it was to go. */
const isRetried = ({ outcome, kind, isDeployable }: VerbFacts): boolean =>
  isDeployable && kind !== 'rollback' && (outcome === 'failed' || outcome === 'undone' || outcome === 'cancelled');

/** Regions that don't move, and that it may go on without: one has to be left. */
export function skippableIn({
  outcome,
  state,
  pointOfNoReturn,
  waitingFor,
  held,
  regions,
}: VerbFacts): readonly RegionName[] {
  const left = regions.filter((each) => each.state !== 'skipped');
  const takesNone = waitingFor === 'choice' || waitingFor === 'no-tokens';
  if (outcome !== null || pointOfNoReturn || state === 'undoing' || takesNone || left.length < 2) return [];
  const isHere = left.some((each) => each.held) ? isHeld : saysWhy;
  return left
    .filter((each) => whyItMoves({ ...each, held: held && isHere(each) }) === null)
    .map(({ region }) => region);
}

const isHeld = (region: RegionProgress): boolean => region.held === true;

/** An earlier version didn't say which region is held: one that says why, and more than that it is paused. */
const saysWhy = ({ reason }: RegionProgress): boolean => reason !== null && reason !== 'paused';

const asked: readonly OfferedVerb[] = ['approve', 'break-glass', 'reject'];

const begun: ReadonlySet<DeploymentState> = new Set(['rolling', 'baking', 'verifying']);

function agreeing({ waitingFor, state, regions, stageAsked }: VerbFacts): readonly OfferedVerb[] {
  if (stageAsked || waitingFor === 'stage-approval') return asked;
  // Hooks may have run although no region has begun.
  if (begun.has(state) || regions.some(isBegunIn)) return [];
  return state === 'approving' && waitingFor !== 'service' ? asked : ['reject'];
}

const only = (isTrue: boolean, verb: OfferedVerb): readonly OfferedVerb[] => (isTrue ? [verb] : []);
