import { stopHost } from '../stop-host.ts';
import { exitCodes, type ExitCode } from './command-error.ts';
import { present, type Surroundings } from './surroundings.ts';

/** Ends what the agent left running; with the agent alive it is refused (AgentRunsError). */
export async function stop(around: Surroundings): Promise<ExitCode> {
  const services = await stopHost(around.directory.root, undefined, around.config.memoryFolder);
  present(around, { services }, `done: nothing of ${services} services runs here any more`);
  return exitCodes.done;
}
