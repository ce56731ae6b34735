import { setTimeout as delay } from 'node:timers/promises';
import { ownService } from '../../domain/host/own-service.ts';
import type { Digest, ServiceName } from '../../domain/names.ts';
import { askAgent } from '../local/ask-agent.ts';
import type { LocalAnswer, RollbackOrder } from '../local/local-request.ts';
import { serviceStatuses, type ServiceStatus } from '../local/service-status.ts';
import { lockHolder } from '../local/lock-holder.ts';
import type { OpenHost } from '../open-host.ts';
import { CommandError, exitCodes, type ExitCode } from './command-error.ts';
import { orderHere, type Ordered } from './order-here.ts';
import { nameRelease } from './release-name.ts';
import { present, type Surroundings } from './surroundings.ts';
import { theService } from './which-service.ts';

const lookAgainMs = 50;
const answerTimeoutMs = 2_000;

type Result = 'healthy' | 'unhealthy' | 'not-over';

/** Back to what ran before. Done when the instance was seen healthy, and not before. */
export async function rollback(around: Surroundings): Promise<ExitCode> {
  const startedAt = performance.now();
  const service = await theService(around);
  const ordered = await orderHere({ do: 'rollback', service }, around);
  try {
    const order = orderOf(ordered.answer);
    const { name } = await nameRelease(around.directory, service, order.release);
    around.tell(
      `${service} ${order.repeats ? 'is already' : 'is now'} pinned to ${name}; waiting until it is healthy\n`,
    );
    const deadline = startedAt + around.line.timeoutMs;
    if (service === ownService) await leaveLink(ordered, order.release, deadline);
    const last = await untilSettled(service, order.release, deadline, () => look(service, ordered.host, around));
    const result = resultOf(last, order.release);
    const tookMs = Math.round(performance.now() - startedAt);
    const data = { service, release: { name, digest: order.release }, repeats: order.repeats, result, tookMs };
    present(around, { ...data, reason: last?.reason ?? null }, textOf(service, name, result, last, tookMs));
    return exitCodeOf[result];
  } finally {
    await ordered.end();
  }
}

/** Whoever starts the agent starts it from the link: a command that stands in for it moves that, and makes room. */
async function leaveLink({ host, end }: Ordered, release: Digest, deadline: number): Promise<void> {
  if (host === null) return;
  const isMoved = (): boolean => find(serviceStatuses(host.loop.state, Date.now()), ownService)?.current === release;
  while (!isMoved() && performance.now() < deadline) await delay(lookAgainMs);
  await end();
}

const exitCodeOf = {
  healthy: exitCodes.done,
  unhealthy: exitCodes.personNeeded,
  'not-over': exitCodes.notOver,
} as const;

function orderOf(answer: LocalAnswer): RollbackOrder {
  if (answer.ok && 'rollback' in answer) return answer.rollback;
  if (answer.ok) throw new CommandError('internal', 'the agent answered something else', exitCodes.fault);
  const code = { refused: exitCodes.refused, 'not-found': exitCodes.notFound, error: exitCodes.fault }[answer.code];
  throw new CommandError(answer.code, `nothing was changed: ${answer.reason}`, code);
}

/** As the loop in this process knows it, or the agent; null when it doesn't answer. */
async function look(service: ServiceName, host: OpenHost | null, { directory }: Surroundings) {
  if (host !== null && service !== ownService) return find(serviceStatuses(host.loop.state, Date.now()), service);
  const answer = await askAgent(directory, { do: 'status' }, answerTimeoutMs);
  if (answer?.ok === true && 'services' in answer) return find(answer.services, service);
  // Another agent comes in its place.
  if (service === ownService) return null;
  if (lockHolder(directory) === null) {
    const reason = 'the agent ended meanwhile; the pin is kept: run slipway-agent rollback again';
    throw new CommandError('agent-ended', reason, exitCodes.fault);
  }
  return null;
}

const find = (services: readonly ServiceStatus[], service: ServiceName): ServiceStatus | null =>
  services.find((each) => each.service === service) ?? null;

async function untilSettled(
  service: ServiceName,
  release: Digest,
  deadline: number,
  lookNow: () => Promise<ServiceStatus | null>,
): Promise<ServiceStatus | null> {
  for (;;) {
    const status = await lookNow();
    if (resultOf(status, release) !== 'not-over' || performance.now() >= deadline) return status;
    await delay(lookAgainMs);
  }
}

function resultOf(status: ServiceStatus | null, release: Digest): Result {
  if (status === null || status.current !== release) return 'not-over';
  // What is taken down may be as unhealthy as it likes.
  const isOther = status.running !== null && status.running !== release;
  if (status.health === 'unhealthy' && !isOther) return 'unhealthy';
  return status.running === release && status.health === 'healthy' && !status.onTrial ? 'healthy' : 'not-over';
}

function textOf(service: string, name: string, result: Result, last: ServiceStatus | null, tookMs: number): string {
  const next = `It stays there until: slipway-agent unpin ${service}`;
  if (result === 'healthy') return `done: ${name} runs and is healthy, after ${(tookMs / 1_000).toFixed(1)} s. ${next}`;
  const why = last?.reason ?? 'nothing is known of it yet';
  if (result === 'unhealthy')
    return `NOT WELL: ${service} was rolled back to ${name}, which is not healthy: ${why}. ${next}`;
  const runs = last?.current === null || last === null ? 'nothing is known to run' : `it is ${last.health}`;
  return `NOT OVER: ${service} goes back to ${name}, and was not seen healthy in time: ${runs} (${why}). ${next}`;
}
