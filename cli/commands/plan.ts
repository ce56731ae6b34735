import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { regionList } from '../region-list.ts';
import { planLines } from '../plan-text.ts';
import { withSharedFlags, type Session, type SharedFlags } from '../session.ts';
import {
  refuseWithoutSimulation,
  simulatedFaults,
  withGivenHosts,
  withSimulationFlags,
} from '../simulate/simulation-flags.ts';
import type { SimulationFlags } from '../simulate/simulation-flags.ts';
import { simulatePlan, simulationLines } from '../simulate/simulate-plan.ts';
import { UsageError } from '../usage-error.ts';
import type { CarryOut } from './command.ts';
import { releaseOrService } from './deploy.ts';

interface PlanFlags extends SharedFlags, SimulationFlags {
  readonly out?: string;
  readonly regions?: string;
}

export function addPlanCommand(program: Command, carryOut: CarryOut): void {
  withSimulationFlags(withSharedFlags(program.command('plan <object>')))
    .description(
      'what a deployment of checkout@412, or of the newest release of checkout, would do; nothing is touched',
    )
    .option('--regions <names>', 'only in these of its regions: eu-west,us-east')
    .option('--out <file>', 'also write the plan there, as JSON')
    .action((object: string, flags: PlanFlags) => carryOut(flags, (session) => plan(session, object, flags)));
}

async function plan(session: Session, text: string, flags: PlanFlags): Promise<void> {
  const { client, output, interrupted: signal } = session;
  const { out } = flags;
  const regions = regionList(flags.regions)?.join(',');
  refuseWithoutSimulation(flags);
  const object = await releaseOrService(session, text);
  const { service } = object;
  const query = { release: object.kind === 'release' ? object.release : undefined, regions: regions as never };
  const planned = await client.call('showPlan', { path: { service }, query, signal });
  if (out !== undefined) writePlan(out, planned);
  const next = `slipway deploy ${service}@${planned.release} --plan ${planned.digest}${regions === undefined ? '' : ` --regions ${regions}`}`;
  const simulation =
    flags.simulate === true ? simulatePlan(withGivenHosts(planned, flags), simulatedFaults(flags, planned)) : null;
  const simulated = simulation === null ? [] : simulationLines(simulation, planned);
  for (const line of [...planLines(planned), ...simulated, `next ${next}`]) output.line(line);
  output.document('plan', { ...planned, simulation }, [next]);
}

function writePlan(file: string, plan: object): void {
  try {
    writeFileSync(file, `${JSON.stringify(plan, null, 2)}\n`);
  } catch (error) {
    throw new UsageError(`the plan can't be written: ${(error as Error).message}`);
  }
}
