/** Workflows in the world: starting, telling and ending them, and doing what they ask for. */
import type { Command, Outside, Told, Workflow } from '../engine/workflow.ts';
import { RunningWorkflow } from '../engine/workflow.ts';
import type { Decisions } from '../decisions.ts';
import { deployment } from '../workflows/deployment.ts';
import { lane } from '../workflows/lane.ts';
import { reconcile } from '../workflows/reconcile.ts';
import { recovery } from '../workflows/recovery.ts';
import { regionRollout } from '../workflows/region-rollout.ts';
import { regionUndo } from '../workflows/region-undo.ts';
import type { WorkflowRecord, World } from './world.ts';

type Kind = (input: never, outside: Outside, decisions: Decisions) => Workflow;

const kinds: Readonly<Record<string, Kind>> = { deployment, lane, reconcile, recovery, regionRollout, regionUndo };

type Start = Pick<WorkflowRecord, 'id' | 'kind' | 'input'> &
  Partial<Pick<WorkflowRecord, 'parent' | 'whenParentCloses'>>;

/** Id reuse is refused while one runs; one that has closed is only started again where nobody waits for its result. */
export function startWorkflow(world: World, start: Start): 'started' | 'already started' {
  const before = world.workflows.get(start.id);
  if (before !== undefined && (before.status === 'running' || before.kind === 'deployment')) return 'already started';
  const record: WorkflowRecord = {
    parent: null,
    whenParentCloses: 'terminate',
    ...start,
    status: 'running',
    result: null,
    history: [],
    live: null,
    standing: '',
  };
  world.workflows.set(start.id, record);
  tell(world, record, { told: 'start' });
  return 'started';
}

/** Gives it one event, and does what it asks for because of that. */
export function tell(world: World, record: WorkflowRecord, told: Told): void {
  if (record.status !== 'running') return;
  const live = liveOf(world, record);
  const commands = live.tell(told);
  record.live = live;
  if (world.setting.keepsHistory) {
    record.history = [...record.history, told];
    record.standing = live.standing();
  }
  for (const command of commands) obey(world, record, command);
}

function liveOf({ setting }: World, { live, kind, input, history }: WorkflowRecord): RunningWorkflow {
  if (live !== null) return live;
  const open = kinds[kind];
  if (open === undefined) throw new Error(`there is no workflow ${kind}`);
  const fresh = new RunningWorkflow((outside) => open(input as never, outside, setting.decisions));
  for (const told of history) fresh.tell(told);
  return fresh;
}

function obey(world: World, record: WorkflowRecord, command: Command): void {
  switch (command.do) {
    case 'ask': {
      const waiter = { workflow: record.id, by: command.by };
      const { nowMs } = world;
      world.calls.push({ ...command.asked, waiter, askedAtMs: nowMs, listeningSinceMs: nowMs, answer: null });
      return;
    }
    case 'timer':
      world.timers.push({ workflow: record.id, by: command.by, what: command.what, dueMs: world.nowMs + command.ms });
      return;
    case 'forget':
      return forget(world, record.id, (by) => by === command.by);
    case 'signal':
      world.signals.push({ from: record.id, to: command.to, name: command.name, payload: command.payload });
      return;
    case 'child': {
      const { id, kind, input, whenParentCloses } = command;
      const started = startWorkflow(world, { id, kind, input, parent: record.id, whenParentCloses });
      if (started === 'already started') signalEnd(world, id, record.id, started);
      return;
    }
    case 'cancel':
      world.signals.push({ from: record.id, to: command.id, name: 'cancelWorkflow', payload: {} });
      return;
    case 'close':
      return close(world, record, command.result);
  }
}

/** What was asked for goes on as a zombie; a watch is told to end. */
function forget(world: World, workflow: string, which: (by: string) => boolean): void {
  world.timers = world.timers.filter((timer) => timer.workflow !== workflow || !which(timer.by));
  const isTheirs = ({ waiter }: World['calls'][number]): boolean => waiter?.workflow === workflow && which(waiter.by);
  world.calls = world.calls
    .filter((call) => !(call.isWatch === true && isTheirs(call)))
    .filter((call) => !(call.answer !== null && isTheirs(call)))
    .map((call) => (isTheirs(call) ? { ...call, waiter: null } : call));
}

function close(world: World, record: WorkflowRecord, result: unknown): void {
  record.status = 'closed';
  record.result = result;
  forget(world, record.id, () => true);
  endChildren(world, record.id);
  if (record.parent !== null) signalEnd(world, record.id, record.parent, result);
}

function signalEnd(world: World, id: string, parent: string, result: unknown): void {
  world.signals.push({ from: id, to: parent, name: 'childEnded', payload: { id, result } });
}

/** Somebody terminates it, or its parent's end or cancellation does: nothing of it goes on but what was sent. */
export function terminate(world: World, id: string): void {
  const record = world.workflows.get(id);
  if (record === undefined || record.status !== 'running') return;
  record.status = 'terminated';
  record.live = null;
  forget(world, id, () => true);
  endChildren(world, id);
}

function endChildren(world: World, parent: string): void {
  for (const child of world.workflows.values())
    if (child.parent === parent && child.whenParentCloses === 'terminate') terminate(world, child.id);
}

/** A signal arrives. One to a workflow that has gone is lost. */
export function deliver(world: World, index: number): void {
  const [signal] = world.signals.splice(index, 1);
  if (signal === undefined) return;
  if (signal.name === 'cancelWorkflow') return terminate(world, signal.to);
  const record = world.workflows.get(signal.to);
  if (record !== undefined) tell(world, record, { told: 'signal', name: signal.name, payload: signal.payload });
}
