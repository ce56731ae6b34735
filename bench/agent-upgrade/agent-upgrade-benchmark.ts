import { replaceAgentsUnderLoad } from '../../agent/testing/agents-under-load.ts';
import type { Bench, CommonOptions, Measured } from '../frame/run-benchmark.ts';
import { tableLines } from '../frame/table.ts';

export interface AgentUpgradeOptions extends CommonOptions {
  readonly requests: number;
  readonly perSecond: number;
}

/** One real host, asked all the time while deployments replace its agent: what that costs the callers of its service. */
export async function agentUpgradeBenchmark({ say }: Bench, options: AgentUpgradeOptions): Promise<Measured> {
  say(`${options.requests} requests, ${options.perSecond} a second`);
  const measured = await replaceAgentsUnderLoad(options.requests, options.perSecond);
  const { requests, failed, slowestMs, upgradeMs, revertMs, agentIsNew, keeperIsNew } = measured;
  const heads = ['requests', 'failed', 'slowest ms', 'upgrade ms', 'bad one reverted ms'];
  for (const line of tableLines(heads, [[requests, failed, slowestMs, upgradeMs, revertMs]])) say(line);
  return { ok: failed === 0 && agentIsNew && keeperIsNew, ...measured };
}
