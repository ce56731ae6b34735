import { openAgentDirectory } from '../../agent-directory.ts';
import type { AgentConfig } from '../../agent-config.ts';
import { askAgent } from '../../local/ask-agent.ts';
import { carryOutWithoutAgent } from '../../local/without-agent.ts';
import type { Log } from '../../log.ts';
import { startAgent } from '../../start-agent.ts';
import { checkout } from '../test-region.ts';

export interface RunningProgram {
  stop(): Promise<void>;
}

/** What works in a host's folder for a while. `onEnd`: it can't go on. */
export type Program = (config: AgentConfig, log: Log, onEnd: (error: unknown) => void) => Promise<RunningProgram>;

export const agent: Program = startAgent;

const goBack = { do: 'rollback', service: checkout } as const;
const answerTimeoutMs = 60_000;

/** `slipway-agent rollback` beside an agent. */
export const agentToldToGoBack: Program = async (config, log, onEnd) => {
  const started = await startAgent(config, log, onEnd);
  void askAgent({ root: config.directory }, goBack, answerTimeoutMs).then((answer) => {
    if (answer?.ok === false) onEnd(new Error(answer.reason));
  });
  return started;
};

/** `slipway-agent rollback` where no agent runs. */
export const rollbackAlone: Program = async (config, log, onFatal) => {
  const directory = openAgentDirectory(config.directory);
  const { answer, host } = await carryOutWithoutAgent(goBack, { ...config, directory, env: process.env, log, onFatal });
  if (!answer.ok) throw new Error(answer.reason);
  return { stop: () => host?.close() ?? Promise.resolve() };
};
