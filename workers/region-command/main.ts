/** `slipway-region <verb> …`: what a region's operators do inside it. No Temporal, no centre. */
import { runRegionCommand } from './run-region-command.ts';

const { env: environment, stdout, stderr } = process;
process.exitCode = await runRegionCommand(process.argv.slice(2), { environment, stdout, stderr });
