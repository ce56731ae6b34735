import { lastStatusOf, statusOf } from '../keeper/ensure-keeper.ts';
import { askAgent } from '../local/ask-agent.ts';
import { lockHolder, otherAgents } from '../local/lock-holder.ts';
import { keeperPlaces } from '../keeper/keeper-place.ts';
import { isAlive } from '../process-identity.ts';
import { CommandError } from './command-error.ts';
import { ill, well, type Finding } from './finding.ts';
import { pinnedKeys } from './pinned-keys.ts';
import type { Surroundings } from './surroundings.ts';
import { servicesHere } from './which-service.ts';

const answerTimeoutMs = 2_000;

export async function lookAtRoot(around: Surroundings): Promise<Finding> {
  try {
    return well('root', `version ${(await pinnedKeys(around)).version} is pinned`);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return ill(
      'root',
      error.message,
      'Restore identity/root.json and state/root.json, or take the host out and set it up anew',
    );
  }
}

export async function lookAtAgent({ directory }: Surroundings): Promise<readonly Finding[]> {
  const holder = lockHolder(directory);
  const answers = (await askAgent(directory, { do: 'status' }, answerTimeoutMs)) !== null;
  const others = otherAgents(directory).map(({ pid }) => pid);
  return [
    agentFinding(holder?.pid ?? null, answers),
    others.length === 0
      ? well('other agents', 'none')
      : ill('other agents', `with other folders: pid ${others.join(', ')}`, 'One agent a machine, unless you test'),
  ];
}

function agentFinding(pid: number | null, answers: boolean): Finding {
  if (answers) return well('agent', pid === null ? 'runs' : `runs, pid ${pid}`);
  return pid === null
    ? ill('agent', 'is not running', 'systemctl start slipway-agent; then journalctl -u slipway-agent')
    : ill(
        'agent',
        `pid ${pid} does not answer`,
        'It is starting, waits for what it can not read (its log says so), or is frozen: systemctl restart slipway-agent; instances run on',
      );
}

/** Of services with an instance: without its keeper nobody would see it end. */
export async function lookAtKeepers(around: Surroundings): Promise<readonly Finding[]> {
  const places = (await servicesHere(around)).flatMap((service) => keeperPlaces(around.directory, service));
  const findings = places.map(async ({ service, keeper }, index) => {
    const last = await lastStatusOf(keeper);
    const instance = last?.instance ?? null;
    const runs = instance !== null && instance.exit === null && instance.process !== null && isAlive(instance.process);
    // The second place is in use only while one instance takes over from another, and after it.
    if (index % 2 === 1 && !runs) return null;
    const name = `keeper of ${service}`;
    if ((await statusOf(keeper)) !== null) return well(name, 'answers');
    if (!runs) return well(name, 'not needed: no instance runs');
    return ill(
      name,
      `does not answer; its instance runs on, pid ${instance.process?.pid}`,
      'A running agent starts another',
    );
  });
  return (await Promise.all(findings)).filter((finding) => finding !== null);
}
