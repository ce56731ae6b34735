import { CommandError, exitCodes, type ExitCode } from './command-error.ts';
import { orderHere } from './order-here.ts';
import { nameRelease } from './release-name.ts';
import { present, type Surroundings } from './surroundings.ts';
import { theService } from './which-service.ts';

/** The host obeys its goal again: at once where the agent runs, else when it starts. */
export async function unpin(around: Surroundings): Promise<ExitCode> {
  const service = await theService(around);
  const { answer, end } = await orderHere({ do: 'unpin', service }, around);
  await end();
  if (!answer.ok) {
    const code = answer.code === 'not-found' ? exitCodes.notFound : exitCodes.fault;
    throw new CommandError(answer.code, `nothing was changed: ${answer.reason}`, code);
  }
  const digest = 'unpinned' in answer ? answer.unpinned : null;
  const release = digest === null ? null : await nameRelease(around.directory, service, digest);
  const text =
    release === null
      ? `${service} was not pinned`
      : `done: ${service} is no longer pinned to ${release.name}, and follows its goal as soon as the agent runs`;
  present(around, { service, unpinned: release }, text);
  return exitCodes.done;
}
