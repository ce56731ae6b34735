import { existsSync } from 'node:fs';
import { tryGroups, type GroupTrial } from '../keeper/try-groups.ts';
import { askAgent } from '../local/ask-agent.ts';
import { ill, well, type Finding } from './finding.ts';
import type { Surroundings } from './surroundings.ts';

const answerTimeoutMs = 5_000;
const howTo = 'docs/how-to/add-a-host.md#limits';

/** Process groups of the kernel, really tried where the host was left some. */
export async function lookAtGroups(around: Surroundings): Promise<Finding> {
  const { config } = around;
  if (config.cgroup !== null) return findingOf(await triedOut(around, config.cgroup));
  if (existsSync('/sys/fs/cgroup/cgroup.controllers'))
    return well('cgroup', `version 2; none is left to the agent (SLIPWAY_CGROUP), so it can't hold run.limits`);
  const todo = 'Processes are told apart by their environment alone';
  return ill('cgroup', 'version 2 is not mounted at /sys/fs/cgroup', todo);
}

interface Tried extends GroupTrial {
  /** What an operator's shell may not do, an agent may. */
  readonly by: 'agent' | 'command';
}

/** By the agent, where one answers that was left this group. */
async function triedOut({ directory }: Surroundings, folder: string): Promise<Tried> {
  const answer = await askAgent(directory, { do: 'try-groups' }, answerTimeoutMs);
  const trial = answer !== null && answer.ok && 'groups' in answer ? answer.groups : null;
  return trial?.folder === folder ? { ...trial, by: 'agent' } : { ...(await tryGroups(folder)), by: 'command' };
}

function findingOf({ folder, whyNone, whyNoLimits, by }: Tried): Finding {
  const from = by === 'agent' ? '' : ' (tried from here, as no agent answers that was left it)';
  if (whyNone !== null)
    return ill(
      'cgroup',
      `${whyNone}${from}`,
      `Services start without groups, and those with run.limits don't start: ${howTo}`,
    );
  if (whyNoLimits !== null)
    return ill('cgroup', `${whyNoLimits}${from}`, `Services with such limits don't start: ${howTo}`);
  return well('cgroup', `instances get groups of their own in ${folder}, which hold run.limits${from}`);
}
