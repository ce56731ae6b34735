import { ConfigError } from '../agent-config.ts';
import { AgentRunsError } from '../only-agent.ts';
import { CommandError, exitCodes, type ExitCode } from './command-error.ts';

/** Says what was thrown on stderr, for people or as a problem, and gives the exit code. */
export function reportError(error: unknown, json: boolean): ExitCode {
  const { code, exitCode } = classified(error);
  const detail = error instanceof Error ? error.message : String(error);
  const problem = { type: `https://slipway.dev/problems/agent-${code}`, title: code, detail };
  process.stderr.write(json ? `${JSON.stringify(problem)}\n` : `error: ${detail} (${code})\n`);
  return exitCode;
}

function classified(error: unknown): { readonly code: string; readonly exitCode: ExitCode } {
  if (error instanceof CommandError) return error;
  if (error instanceof ConfigError) return { code: error.code, exitCode: exitCodes.usage };
  if (error instanceof AgentRunsError) return { code: error.code, exitCode: exitCodes.refused };
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'internal';
  return { code, exitCode: exitCodes.fault };
}
