import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { objectArgument } from '../object-argument.ts';
import { planLines } from '../plan-text.ts';
import { withSharedFlags, type Session, type SharedFlags } from '../session.ts';
import { refuseWithoutSimulation, simulatedFaults, withSimulationFlags } from '../simulate/simulation-flags.ts';
import type { SimulationFlags } from '../simulate/simulation-flags.ts';
import { simulatePlan, simulationLines } from '../simulate/simulate-plan.ts';
import { UsageError } from '../usage-error.ts';
import type { CarryOut } from './command.ts';

interface PlanFlags extends SharedFlags, SimulationFlags {
  readonly out?: string;
}

export function addPlanCommand(program: Command, carryOut: CarryOut): void {
  withSimulationFlags(withSharedFlags(program.command('plan <object>')))
    .description(
      'what a deployment of checkout@412, or of the newest release of checkout, would do; nothing is touched',
    )
    .option('--out <file>', 'also write the plan there, as JSON')
    .action((object: string, flags: PlanFlags) => carryOut(flags, (session) => plan(session, object, flags)));
}

async function plan({ client, output, interrupted: signal }: Session, text: string, flags: PlanFlags): Promise<void> {
  const { out } = flags;
  refuseWithoutSimulation(flags);
  const object = objectArgument(text, 'release', 'service');
  const { service } = object;
  const query = { release: object.kind === 'release' ? object.release : undefined };
  const planned = await client.call('showPlan', { path: { service }, query, signal });
  if (out !== undefined) writePlan(out, planned);
  const next = `slipway deploy ${service}@${planned.release} --plan ${planned.digest}`;
  const simulation = flags.simulate === true ? simulatePlan(planned, simulatedFaults(flags, planned)) : null;
  const simulated = simulation === null ? [] : simulationLines(simulation);
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
