import { Command } from 'commander';
import type { CarryOut } from './commands/command.ts';
import { addAccessCommands } from './commands/access.ts';
import { addCompletionCommands } from './commands/completion.ts';
import { addConfigCommand } from './commands/config.ts';
import { addConnectCommand } from './commands/connect.ts';
import { addDeliverCommand } from './commands/deliver.ts';
import { addReopenCommands } from './commands/reopen.ts';
import { addDeployCommand } from './commands/deploy.ts';
import { addDeploymentVerbs } from './commands/deployment-verbs.ts';
import { addDoctorCommand } from './commands/doctor.ts';
import { addRegionCommands } from './commands/region-verbs.ts';
import { addFleetCommands } from './commands/fleet-verbs.ts';
import { addHelpCommand } from './commands/help.ts';
import { addInitCommand } from './commands/init.ts';
import { addListCommand } from './commands/list.ts';
import { addLogsCommand } from './commands/logs.ts';
import { addOpenCommand } from './commands/open.ts';
import { addPlanCommand } from './commands/plan.ts';
import { addServiceVerbs } from './commands/service-verbs.ts';
import { addShowCommand } from './commands/show.ts';
import { addStatusCommand } from './commands/status.ts';
import { addValidateCommand } from './commands/validate.ts';
import { addVersionCommand } from './commands/version.ts';
import { addWatchCommand } from './commands/watch.ts';
import type { Surroundings } from './surroundings.ts';

/** `slipway` with all its commands, in the order in which help and the reference show them. */
export function createProgram(
  carryOut: CarryOut,
  { stdout, stderr }: Pick<Surroundings, 'stdout' | 'stderr'> = process,
): Command {
  const program = new Command('slipway')
    .description('Deploys code to every region a company runs in.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: (text) => void stderr.write(text),
      outputError: () => undefined,
    });
  addStatusCommand(program, carryOut);
  addPlanCommand(program, carryOut);
  addDeployCommand(program, carryOut);
  addReopenCommands(program, carryOut);
  addWatchCommand(program, carryOut);
  addLogsCommand(program, carryOut);
  addDeploymentVerbs(program, carryOut);
  addServiceVerbs(program, carryOut);
  addFleetCommands(program, carryOut);
  addRegionCommands(program, carryOut);
  addAccessCommands(program, carryOut);
  addListCommand(program, carryOut);
  addShowCommand(program, carryOut);
  addInitCommand(program, carryOut);
  addValidateCommand(program, carryOut);
  addConnectCommand(program, carryOut);
  addDeliverCommand(program, carryOut);
  addOpenCommand(program, carryOut);
  addDoctorCommand(program, carryOut);
  addConfigCommand(program, carryOut);
  addCompletionCommands(program, carryOut);
  addVersionCommand(program, carryOut);
  addHelpCommand(program, carryOut);
  return program;
}
