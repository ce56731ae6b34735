import { getExternalWorkflowHandle, setCurrentDetails } from '@temporalio/workflow';
import type { SlotAnswer, SlotAsk } from '../../activities/fleet/contract.ts';
import { fleetDetails } from '../../domain/progress/fleet-text.ts';
import { deploymentWorkflowId } from '../messages/deployment.ts';
import { fleetAnswerSignal } from '../messages/fleet.ts';
import type { FleetRun } from './fleet-run.ts';

/** A place in the queue moves with every end of another: those who wait hear of it no more often than this. */
const placesEveryMs = 60_000;

const nameOf = ({ service, deployment }: Pick<SlotAnswer, 'service' | 'deployment'>): string =>
  `${service}/${deployment}`;

/** Tells those who asked just now, and those for whom something has changed. */
export async function tell(run: FleetRun, answers: readonly SlotAnswer[], asks: readonly SlotAsk[]): Promise<void> {
  const asked = new Set(asks.map(nameOf));
  const due = answers.filter((answer) => asked.has(nameOf(answer)) || isNews(run, answer));
  const open = new Set(answers.map(nameOf));
  for (const name of run.told.keys()) if (!open.has(name)) run.told.delete(name);
  for (const answer of due) run.told.set(nameOf(answer), { answer, atMs: Date.now() });
  setCurrentDetails(fleetDetails(answers, run.refused));
  await Promise.all(due.map((answer) => send(run, answer)));
}

function isNews(run: FleetRun, answer: SlotAnswer): boolean {
  const known = run.told.get(nameOf(answer));
  if (known === undefined || known.answer.requestId !== answer.requestId) return true;
  if (sameBut(known.answer) !== sameBut(answer)) return true;
  const moved = known.answer.wait?.position !== answer.wait?.position || known.answer.wait?.of !== answer.wait?.of;
  return moved && Date.now() - known.atMs >= placesEveryMs;
}

/** All but the place in the queue. */
const sameBut = ({ isGranted, wait, freezes }: SlotAnswer): string =>
  JSON.stringify({ isGranted, waits: wait && { region: wait.region, most: wait.most }, freezes });

/** One that has gone needs no answer; that is found out when it is looked after. */
async function send(run: FleetRun, answer: SlotAnswer): Promise<void> {
  const { service, deployment } = answer;
  const workflow = getExternalWorkflowHandle(deploymentWorkflowId(service, deployment));
  try {
    await workflow.signal(fleetAnswerSignal, answer);
  } catch {
    run.told.delete(nameOf(answer));
  }
}
