import { condition, continueAsNew, log, setHandler, workflowInfo } from '@temporalio/workflow';
import type { FleetTurn, SlotAsk } from '../../activities/fleet/contract.ts';
import { askMistake } from '../../domain/fleet/fleet-message-shape.ts';
import { fleets } from '../activity-options/control.ts';
import { ifWellMade, refusedSignalText } from '../if-well-made.ts';
import type { FleetInput } from '../messages/fleet.ts';
import { askFleetSignal, fleetQuery, lookSignal, perHistory } from '../messages/fleet.ts';
import { onSignal } from '../on-signal.ts';
import { whenUpgraded } from '../when-upgraded.ts';
import { carriedBy, isLookDue, openFleetRun, restFor, type FleetRun } from './fleet-run.ts';
import { tell } from './tell.ts';

/** A turn, and what it sends, stay small. */
const mostAsks = 50;

/** Who may deploy now, over all services, for ever. */
export async function fleet(input: FleetInput): Promise<void> {
  const run = openFleetRun(input);
  const ask = (slot: SlotAsk): void => void run.asks.push(slot);
  onSignal(
    askFleetSignal,
    ifWellMade(askMistake, ask, (mistake) => refuse(run, mistake)),
  );
  onSignal(lookSignal, () => void (run.looks += 1));
  setHandler(fleetQuery, () => [...run.told.values()].map(({ answer }) => answer));
  let turns = 0;
  do {
    const turn = await takeTurn(run);
    await untilNews(run, turn);
    turns += 1;
  } while (turns < input.maxTurns && !isLong(input));
  await continueAsNew<typeof fleet>({ carried: carriedBy(run), ...perHistory });
}

function isLong({ maxEvents = Infinity }: FleetInput): boolean {
  const { historyLength, continueAsNewSuggested } = workflowInfo();
  return historyLength >= maxEvents || continueAsNewSuggested;
}
whenUpgraded('AUTO_UPGRADE', fleet);

function refuse(run: FleetRun, mistake: string): void {
  log.warn('a signal was not understood', { signal: 'ask', mistake });
  run.refused = refusedSignalText('ask', mistake);
  // Also shows it; and a fleet of the version before, which stood still over such a one, had begun a turn for it.
  run.looks += 1;
}

async function takeTurn(run: FleetRun): Promise<FleetTurn> {
  const asks = run.asks.splice(0, mostAsks);
  const { looks } = run;
  const turn = await fleets.takeFleetTurn({ asks, looksAfterHolders: run.isLookDue });
  run.looksTaken = looks;
  if (run.isLookDue) run.lookedAtMs = Date.now();
  await tell(run, turn.answers, asks);
  return turn;
}

/** Where nobody has a slot or waits for one, it sleeps until somebody asks. */
async function untilNews(run: FleetRun, { answers, nextChangeAt }: FleetTurn): Promise<void> {
  const isNews = (): boolean => run.asks.length > 0 || run.looks > run.looksTaken;
  if (answers.length === 0) {
    await condition(isNews);
    run.isLookDue = false;
    return;
  }
  const hasHolders = answers.some(({ isGranted }) => isGranted);
  const changeMs = nextChangeAt === null ? Infinity : Date.parse(nextChangeAt) - Date.now();
  const { restMs, waitMs } = restFor(run, hasHolders, changeMs);
  run.restMs = restMs;
  const hasCome = await condition(isNews, waitMs, { summary: 'looks by itself' });
  run.isLookDue = isLookDue(hasCome, Date.now(), run.lookedAtMs);
}
