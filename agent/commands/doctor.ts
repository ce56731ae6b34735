import { ConfigError, readAgentConfig, type AgentConfig } from '../agent-config.ts';
import { exitCodes, type ExitCode } from './command-error.ts';
import { ill, well, type Finding } from './finding.ts';
import { lookAtGateways } from './look-at-gateway.ts';
import { lookAtGroups } from './look-at-groups.ts';
import { lookAtIdentity } from './look-at-identity.ts';
import { lookAtDisk, lookAtMachine } from './look-at-machine.ts';
import { lookAtAgent, lookAtKeepers, lookAtRoot } from './look-at-programs.ts';
import { lookAtZombies } from './look-at-zombies.ts';
import { present, type Surroundings } from './surroundings.ts';

/** Looks at all that can keep an agent from its work. What it tries it takes back. */
export async function doctor(around: Surroundings): Promise<ExitCode> {
  const config = wholeConfig(around);
  const looks = [
    [config.finding],
    [lookAtMachine(), await lookAtGroups(around)],
    await lookAtDisk(around),
    [await lookAtRoot(around)],
    config.read === null
      ? []
      : [await lookAtIdentity(around, config.read), ...(await lookAtGateways(config.read.gateways))],
    await lookAtAgent(around),
    await lookAtKeepers(around),
    [lookAtZombies()],
  ];
  const findings = looks.flat();
  present(around, { findings }, findings.map(textOf).join('\n'));
  return findings.every(({ ok }) => ok) ? exitCodes.done : exitCodes.fault;
}

/** The agent needs more than a rollback does: who its gateway is, and what it shows there. */
function wholeConfig({ env, config }: Surroundings): { readonly read: AgentConfig | null; readonly finding: Finding } {
  try {
    const read = readAgentConfig(env);
    return {
      read,
      finding: well('settings', `host ${read.host} of region ${read.region}, folder ${config.directory}`),
    };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return {
      read: null,
      finding: ill('settings', error.message, 'Put it right in /etc/slipway/agent.env, and restart the agent'),
    };
  }
}

const textOf = ({ name, ok, text, todo }: Finding): string =>
  `${ok ? 'ok  ' : 'FAIL'} ${name}: ${text}${todo === null ? '' : `. ${todo}`}`;
