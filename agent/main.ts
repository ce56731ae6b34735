import { flushCompileCache } from 'node:module';
import { ConfigError, readAgentConfig, type AgentConfig } from './agent-config.ts';
import { keepHeapSmall } from './collect-heap.ts';
import { openLog } from './log.ts';
import { AgentRunsError } from './only-agent.ts';
import { endWithLauncher, handOverExitCode, lockedOutExitCode } from './own/own-process.ts';
import { startAgent } from './start-agent.ts';

/** A stop that takes longer is cut short: everything that matters is on disk at every moment. */
const stopTimeoutMs = 5_000;

const config = configOrExit();
const log = openLog(config.logLevel, `agent ${config.host}`, (line) => process.stdout.write(line));
const die = (error: unknown): never => {
  log.error('the agent ends', { reason: error instanceof Error ? error.message : String(error) });
  process.exit(error instanceof AgentRunsError ? lockedOutExitCode : 1);
};
process.on('uncaughtException', die);

let stopping = false;
const end = (exitCode: number): void => {
  if (stopping) return;
  stopping = true;
  setTimeout(() => process.exit(exitCode), stopTimeoutMs).unref();
  void agent.then((running) => running.stop()).then(() => process.exit(exitCode), die);
};
let started = false;
// An agent that starts may wait for long, for what it can't read; nothing that it has done by then wants an end.
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => (started ? end(0) : process.exit(0)));
endWithLauncher(process.env, () => die(new Error('its launcher has ended')));
const agent = startAgent(config, log, die, () => end(handOverExitCode)).catch(die);
await agent;
started = true;
flushCompileCache(); // the next program of this kind starts from it
keepHeapSmall();
log.info('ready', { host: config.host, region: config.region });

function configOrExit(): AgentConfig {
  try {
    return readAgentConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(2);
  }
}
