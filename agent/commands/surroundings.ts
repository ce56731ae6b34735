import type { AgentDirectory } from '../agent-directory.ts';
import type { Environment, LocalConfig } from '../agent-config.ts';
import type { CommandLine } from './command-line.ts';
import type { ExitCode } from './command-error.ts';

/** What a command works with. */
export interface Surroundings {
  readonly line: CommandLine;
  /** The agent's, out of its file. */
  readonly env: Environment;
  readonly config: LocalConfig;
  readonly directory: AgentDirectory;
  /** Data, on stdout. */
  write(text: string): void;
  /** All else, on stderr; nothing with `--json`. */
  tell(text: string): void;
}

export type Command = (around: Surroundings) => Promise<ExitCode>;

/** Data as one document with `--json`, else as text. */
export function present({ line, write }: Surroundings, data: unknown, text: string): void {
  if (!line.json) return write(text.endsWith('\n') || text === '' ? text : `${text}\n`);
  const schema = `slipway-agent.${line.verb}/v1`;
  return write(`${JSON.stringify({ schema, asOf: new Date().toISOString(), data })}\n`);
}
