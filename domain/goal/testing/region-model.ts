/**
 * One region, its hosts and the centre, as small as the protocol allows: steps are issued from what the centre knows, and
 * arrive late, twice or never; hosts poll the goal or get an old one again; people act inside the region.
 */
import { deploymentNumber, hostId } from '../../names.ts';
import type { Digest } from '../../names.ts';
import { goalContentOf } from '../content.ts';
import { decideStep } from '../fencing.ts';
import type { GoalRow, GoalStep, Placement, RecordedOutcome, StepDecision } from '../goal.ts';
import { decideHost, decideRevert } from '../host-rule.ts';
import type { HostMemory } from '../verified-goal.ts';
import { decideLocalHold, decideLocalRollback } from '../local-verbs.ts';
import {
  advance,
  attempt,
  begin,
  digestOfRelease,
  finish,
  hold,
  memory,
  position,
  resume,
  undo,
  verified,
  where,
} from './given.ts';

export type Command =
  | { readonly do: 'issue'; readonly kind: GoalStep['kind']; readonly cut: string; readonly arrives: boolean }
  | { readonly do: 'deliver'; readonly which: number }
  | { readonly do: 'close'; readonly how: 'held' | 'skipped' | 'unresolved' }
  | { readonly do: 'local'; readonly verb: 'hold' | 'rollback' }
  | { readonly do: 'poll' | 'poll old' | 'fail'; readonly host: number; readonly which: number }
  | { readonly do: 'tick'; readonly byMs: number };

export interface ModelHost {
  readonly at: string;
  memory: HostMemory;
  before: Digest | null;
}

/** Told after every decision about the row. */
export type Watcher = (
  before: GoalRow | null,
  decision: StepDecision,
  step: GoalStep | null,
  model: RegionModel,
) => void;

export interface RegionModel {
  row: GoalRow | null;
  nowMs: number;
  deployment: number;
  controlRevision: number;
  readonly outcomes: Map<number, RecordedOutcome['outcome']>;
  /** Every release is another one, named by its deployment. */
  readonly issued: GoalStep[];
  readonly goals: GoalRow[];
  readonly hosts: readonly ModelHost[];
}

export const newModel = (): RegionModel => ({
  row: null,
  nowMs: 0,
  deployment: 0,
  controlRevision: 0,
  outcomes: new Map(),
  issued: [],
  goals: [],
  hosts: ['2', '5', '8'].map((at) => ({
    at,
    memory: memory({ host: hostId(`h${at}`), running: null, onDisk: [] }),
    before: null,
  })),
});

export const releaseOf = (deployment: number): Placement => ({
  release: { number: deployment as Placement['release']['number'], digest: releaseDigest(deployment) },
  selector: {},
});
const releaseDigest = (deployment: number): Digest =>
  digestOfRelease('0').replace(/0{4}$/, deployment.toString(16).padStart(4, '0')) as Digest;

export function run(model: RegionModel, command: Command, watch: Watcher): void {
  switch (command.do) {
    case 'issue':
      return issue(model, command, watch);
    case 'deliver': {
      const step = model.issued[command.which % Math.max(1, model.issued.length)];
      return step === undefined ? undefined : deliver(model, step, watch);
    }
    case 'close':
      // What ended a deployment isn't told again: a success or an undo stays one.
      if (outcomeNow(model) === 'unresolved') model.outcomes.set(model.deployment, command.how);
      return;
    case 'local':
      return actLocally(model, command.verb, watch);
    case 'poll':
      return poll(model.hosts[command.host]!, model.row);
    case 'poll old':
      return poll(model.hosts[command.host]!, model.goals[command.which % Math.max(1, model.goals.length)] ?? null);
    case 'fail':
      return fail(model, model.hosts[command.host]!);
    case 'tick':
      model.nowMs = Math.max(0, model.nowMs + command.byMs);
  }
}

const outcomeNow = ({ outcomes, deployment }: RegionModel) => outcomes.get(deployment) ?? 'unresolved';

function issue(model: RegionModel, { kind, cut, arrives }: Command & { do: 'issue' }, watch: Watcher): void {
  const step = nextStep(model, kind, cut);
  if (step === null) return;
  model.issued.push(step);
  if (arrives) deliver(model, step, watch);
}

/** What the centre may issue: after a success no undo, after an undo nothing of that deployment. */
function nextStep(model: RegionModel, kind: GoalStep['kind'], cut: string): GoalStep | null {
  const { row, deployment } = model;
  if (kind === 'begin') return beginNext(model);
  const ended = ['succeeded', 'undone'].includes(outcomeNow(model));
  if (deployment === 0 || (ended && kind !== outcomeStep(model))) return null;
  const own = row?.attempt.deployment === deployment ? row : null;
  const of = own?.attempt ?? attempt(deployment);
  const generation = own?.generation ?? 0;
  switch (kind) {
    case 'advance':
      return advance(of, generation, model.issued.length, cut);
    case 'finish':
      // A region is ready only when its batches are: the centre has heard of an advance.
      if (own === null || own.cut === null || own.mode !== 'advance') return null;
      model.outcomes.set(deployment, 'succeeded');
      return finish(of, generation);
    case 'hold':
      return hold(of, model.controlRevision, recorded(model));
    case 'resume':
      model.controlRevision += 1;
      return resume(of, model.controlRevision);
    case 'undo':
      model.outcomes.set(deployment, 'undone');
      return undo(of, recorded(model), model.controlRevision);
  }
}

const outcomeStep = (model: RegionModel): GoalStep['kind'] => (outcomeNow(model) === 'undone' ? 'undo' : 'finish');

function beginNext(model: RegionModel): GoalStep {
  model.deployment += 1;
  model.controlRevision = 0;
  return begin(attempt(model.deployment), releaseOf(model.deployment), recorded(model));
}

const recorded = ({ outcomes, deployment }: RegionModel): readonly RecordedOutcome[] =>
  Array.from({ length: deployment }, (_, index) => ({
    deployment: deploymentNumber(index + 1),
    outcome: outcomes.get(index + 1) ?? 'unresolved',
  }));

function deliver(model: RegionModel, step: GoalStep, watch: Watcher): void {
  decided(model, decideStep(model.row, step, floorsOf(model), where), step, watch);
}

function actLocally(model: RegionModel, verb: 'hold' | 'rollback', watch: Watcher): void {
  if (model.row === null) return;
  const act = verb === 'hold' ? decideLocalHold : decideLocalRollback;
  const decision = act(model.row, floorsOf(model), where);
  if (decision.outcome !== 'refused') decided(model, decision, null, watch);
}

const floorsOf = ({ nowMs }: RegionModel) => ({ centre: 0, hosts: 0, nowMs }) as const;

function decided(model: RegionModel, decision: StepDecision, step: GoalStep | null, watch: Watcher): void {
  const before = model.row;
  if (decision.outcome === 'written') {
    model.row = decision.row;
    model.goals.push(decision.row);
  }
  watch(before, decision, step, model);
}

/** The host does all that the goal asks, at once. */
function poll(host: ModelHost, row: GoalRow | null): void {
  if (row === null) return;
  const goal = verified(row, { position: position(host.at) });
  const decision = decideHost(goal, host.memory);
  if (decision.do === 'ignore') return;
  const { attempt: of, generation } = goalContentOf(row);
  const running = 'release' in decision ? decision.release : null;
  if (running !== host.memory.running) host.before = host.memory.running;
  const onDisk = [...new Set([...host.memory.onDisk, ...decision.fetch])];
  host.memory = {
    ...host.memory,
    running,
    onDisk,
    floor: { attempt: of, generation, contentDigest: goal.contentDigest },
  };
}

/** What runs fails: the host refuses it and reverts, by the last goal that it took up. */
function fail({ goals }: RegionModel, host: ModelHost): void {
  const { running: failed, floor } = host.memory;
  const row = goals.find(({ generation }) => generation === floor?.generation);
  if (failed === null || row === undefined) return;
  const goal = verified(row, { position: position(host.at) });
  const refused = [...host.memory.refused, { deployment: row.attempt.deployment, digest: failed, reason: 'crashed' }];
  const decision = decideRevert(goal, { ...host.memory, refused }, failed, host.before);
  host.memory = { ...host.memory, refused, running: 'release' in decision ? decision.release : null };
}
