import { clockText } from '../../domain/host/clock-skew.ts';
import type { ServiceStatus } from '../local/service-status.ts';
import { ageText } from './age-text.ts';
import { exitCodes, type ExitCode } from './command-error.ts';
import { droppedOutput, droppedText, type DroppedOutput } from './dropped-output.ts';
import { hostNow, type HostNow } from './host-now.ts';
import { nameOrNull, type NamedRelease } from './release-name.ts';
import { present, type Surroundings } from './surroundings.ts';

type Shown = Omit<ServiceStatus, 'running' | 'current' | 'previous' | 'pin'> &
  Readonly<Record<'running' | 'current' | 'previous' | 'pin', NamedRelease | null>> & {
    readonly goalAgeMs: number | null;
    readonly droppedOutput: DroppedOutput | null;
  };

/** What runs here and why it is as it is; also when the agent is dead. */
export async function status(around: Surroundings): Promise<ExitCode> {
  const now = await hostNow(around);
  const services = await Promise.all(now.services.map((each) => shown(each, around)));
  const { host } = around.config;
  const { clockAheadMs } = now;
  const data = { host, agent: { is: now.agent, pid: now.process?.pid ?? null }, clockAheadMs, services };
  const clock = clockText(clockAheadMs);
  const clockLines = clock === null ? [] : [`clock      ${clock}: set it right`];
  present(around, data, [agentLine(host, now), ...clockLines, ...services.map(serviceText)].join('\n'));
  return exitCodes.done;
}

async function shown(status: ServiceStatus, { directory }: Surroundings): Promise<Shown> {
  const { service, goal } = status;
  return {
    ...status,
    running: await nameOrNull(directory, service, status.running),
    current: await nameOrNull(directory, service, status.current),
    previous: await nameOrNull(directory, service, status.previous),
    pin: await nameOrNull(directory, service, status.pin),
    goalAgeMs: goal && Date.now() - Date.parse(goal.issuedAt),
    droppedOutput: await droppedOutput(directory, service),
  };
}

function agentLine(host: string, { agent, process }: HostNow): string {
  const dead = 'what follows is read from disk and asked of instances';
  if (agent === 'runs') return `host ${host}: the agent runs${process === null ? '' : ` (pid ${process.pid})`}`;
  return `host ${host}: the agent ${agent}${process === null ? '' : ` (pid ${process.pid})`}; ${dead}`;
}

function serviceText({
  service,
  running,
  current,
  pin,
  previous,
  state,
  health,
  reason,
  instance,
  goal,
  goalAgeMs,
  droppedOutput: dropped,
}: Shown) {
  const runs = running?.name ?? `nothing${current === null ? '' : ` (of ${current.name})`}`;
  const lines = [
    `${service}  ${runs}  ${health}, ${state}${instance === null ? '' : `  pid ${instance.pid}, port ${instance.port}`}`,
    pin && `  pinned    to ${pin.name}, until: slipway-agent unpin ${service}`,
    previous && `  previous  ${previous.name}`,
    reason && `  why       ${reason}`,
    dropped && `  output    ${droppedText(dropped)}`,
    `  goal      ${goal === null ? 'none yet' : goalText(goal, goalAgeMs ?? 0)}`,
  ];
  return lines.filter((line) => line !== null).join('\n');
}

function goalText(
  { attempt, generation, step, mode, base, next, expiresAt }: NonNullable<Shown['goal']>,
  ageMs: number,
) {
  const left = Date.parse(expiresAt) - Date.now();
  const expiry = left > 0 ? `expires in ${ageText(left)}` : `EXPIRED ${ageText(-left)} ago: installs nothing`;
  const releases = `${base ?? 'none'}${next === null ? '' : ` → ${next}`}`;
  return `${releases}, ${mode}, deployment ${attempt.deployment}, generation ${generation}, ${step}; signed ${ageText(ageMs)} ago, ${expiry}`;
}
