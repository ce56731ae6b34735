import { noWorkerText, startWorkerStep } from './no-worker.ts';
import type { OfferedVerb } from './offered-verbs.ts';
import { named } from './plain-text.ts';
import type { WaitKind } from './waiting.ts';
import { whatFollows, whereItIs } from './where-it-is.ts';
import { whyEnded } from './why-ended.ts';
import {
  lookAfterStep,
  nothingNeeded,
  unlockStep,
  type DeploymentFacts,
  type NextStep,
  type Why,
} from './why-facts.ts';

/** `null` for what has succeeded everywhere: there is nothing to explain. */
export function whyOf(facts: DeploymentFacts): Why | null {
  if (facts.outcome !== null) return whyEnded({ ...facts, outcome: facts.outcome });
  const { service, number, since, noWorkerOf = null } = facts;
  if (noWorkerOf !== null) {
    const next = startWorkerStep(service, number, noWorkerOf);
    return { cause: noWorkerText(noWorkerOf), since, next, needsSomeone: true };
  }
  const kind = waitKindOf(facts);
  const step = kind === null ? null : (stepsThatEnd[kind]?.(facts) ?? null);
  const next = step ?? watchStep(facts, kind);
  return { cause: causeOf(facts, kind), since, next, needsSomeone: step !== null };
}

/** Of an undo the wait says for which regions, and until when, but neither why nor how far it is. */
function causeOf(facts: DeploymentFacts, kind: WaitKind | null): string {
  if (facts.waiting === null) return whereItIs(facts);
  return kind === 'undo' ? `${whereItIs(facts)}; ${facts.waiting}` : facts.waiting;
}

/** Of a wait that an earlier version recorded without its kind, what its flags say. */
function waitKindOf({ waitingFor, waiting, held, paused, state, approvals }: DeploymentFacts): WaitKind | null {
  if (waitingFor !== null || waiting === null) return waitingFor;
  if (held) return 'decision';
  if (paused) return 'resume';
  return state === 'approving' && approvals !== null && approvals.given < approvals.wanted ? 'approval' : null;
}

type StepOf = (facts: DeploymentFacts) => NextStep | null;

function watchStep(facts: DeploymentFacts, kind: WaitKind | null): NextStep {
  const name = `${facts.service}/${facts.number}`;
  const parts = [
    facts.waiting === null ? whatFollows(facts) : null,
    nothingNeeded,
    // A region that is dark keeps it until its deadline, and nobody has to wait for that.
    kind === 'undo' ? `To wait for no region any longer: slipway end-undo ${name}.` : null,
  ];
  const text = parts.filter((part) => part !== null).join(' ');
  return { text, command: `slipway watch ${name}`, verb: null };
}

const ofDeployment =
  (verb: OfferedVerb, text: string): StepOf =>
  ({ service, number }) => ({ text, command: `slipway ${verb} ${service}/${number}`, verb });

/** Where somebody has broken glass in an emergency, another person is what is wanted first. */
function unlessBroken(text: string): StepOf {
  const approve = ofDeployment('approve', text);
  return (facts) => {
    const { brokenBy = [] } = facts.approvals ?? {};
    if (brokenBy.length === 0) return approve(facts);
    return {
      text: `${named(brokenBy)} broke glass: one more person does so, too. Or: ${text[0]!.toLowerCase()}${text.slice(1)}`,
      command: `slipway break-glass ${facts.service}/${facts.number} --incident … --reason …`,
      verb: 'break-glass',
    };
  };
}

/** What a person does to end each wait; `null` where it ends by itself. */
const stepsThatEnd: Readonly<Record<WaitKind, StepOf | null>> = {
  turn: null,
  unlock: ({ service }) => unlockStep(service, `Unlock ${service}.`),
  service: null,
  approval: unlessBroken('Approve it, or reject it.'),
  'stage-approval': unlessBroken('Approve the stage, or reject it: then it is undone.'),
  replication: null,
  'build-worker': null,
  slot: null,
  fleet: null,
  freeze: null,
  window: null,
  resume: ofDeployment('resume', 'Resume it, or abort it.'),
  decision: ofDeployment('resume', 'Resume it, or abort it.'),
  choice: ofDeployment('abort', 'Abort it: to undo it, or with --hold to leave hosts where they are.'),
  hosts: ({ service }) => ({ text: 'Look after the hosts there.', command: `slipway status ${service}`, verb: null }),
  checks: null,
  metrics: null,
  bake: null,
  hook: null,
  'late-undo': ofDeployment(
    'end-undo',
    'Look after the regions; or end the undo, and its hooks are undone without them.',
  ),
  'data-loss': ofDeployment('resume', 'Resume it to run the undo, or end the undo to leave things as they are.'),
  // What recovers a terminated deployment counts bad tokens anew.
  'no-tokens': ({ service, number, state }) =>
    state === 'undoing'
      ? {
          text: 'Terminate its workflow in Temporal: recovery goes on with the undo, and looks at tokens again.',
          command: `temporal workflow terminate --workflow-id deployment:${service}:${number}`,
          verb: null,
        }
      : {
          text: `Abort it${state === 'approving' ? ', or reject it' : ''}; then deploy again.`,
          command: `slipway abort ${service}/${number}`,
          verb: 'abort',
        },
  regions: null,
  // It ends by itself where regions answer; those that don't, or that could not be asked, are owed it.
  undo: ({ service, regions }) => {
    const away = regions.filter(({ state }) => state === 'unreachable').map(({ region }) => region);
    return away.length === 0 ? null : lookAfterStep(service, away);
  },
};
