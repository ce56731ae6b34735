import type { CheckResult } from '../../domain/host/health.ts';
import type { Instance } from '../../domain/host/service-state.ts';
import { isAlive } from '../process-identity.ts';
import { askByCommand, askForConnection, askOverHttp, success, unknown } from './ask-instance.ts';
import type { CommandSetting } from './run-command.ts';

/** What is noticed this much after the time-out was the agent's own delay: it can't be said when an answer came. */
const usualLagMs = 500;

/**
 * Looks once at this very instance: its process, and what its release says that it is asked by. `setting` is what a command
 * runs in; `null` when the host can't tell.
 */
export async function checkHealth(
  instance: Instance,
  setting: CommandSetting | null,
  lagMs = usualLagMs,
): Promise<CheckResult> {
  const startedAt = performance.now();
  const result = await ask(instance, setting);
  // Who has no descriptor left can't look for its process either.
  if (result.outcome === 'unknown') return result;
  const lagged = performance.now() - startedAt > instance.health.timeoutMs + lagMs;
  // How it ended is for its keeper to say, and whether it is started again or failed follows from that.
  if (!isAlive(instance.process)) return unknown('its process has ended');
  return lagged && instance.health.process === undefined ? unknown('the agent was held up') : result;
}

async function ask({ id, port, health, socket }: Instance, setting: CommandSetting | null): Promise<CheckResult> {
  const { http, tcp, command, process, timeoutMs } = health;
  if (http !== undefined) return askOverHttp(port, http, timeoutMs, socket ? id : null);
  if (tcp) return askForConnection(port, timeoutMs);
  if (process) return success;
  if (command === undefined || setting === null) return unknown('what its release says of its health is not readable');
  return askByCommand(command, setting, timeoutMs);
}
