import { openAgentDirectory } from '../agent-directory.ts';
import { readLocalConfig } from '../agent-config.ts';
import { agentVersion } from '../version.ts';
import { actAsOwner } from './act-as-owner.ts';
import { exitCodes, type ExitCode } from './command-error.ts';
import { helpText, readCommandLine, type CommandLine } from './command-line.ts';
import { doctor } from './doctor.ts';
import { readEnvironment } from './environment-file.ts';
import { goal } from './goal.ts';
import { logs } from './logs.ts';
import { reportError } from './report-error.ts';
import { rollback } from './rollback.ts';
import { status } from './status.ts';
import { stop } from './stop.ts';
import type { Command } from './surroundings.ts';
import { unpin } from './unpin.ts';
import { verify } from './verify.ts';

const commands: Readonly<Record<CommandLine['verb'], Command>> = {
  status,
  rollback,
  unpin,
  goal,
  verify,
  logs,
  doctor,
  stop,
};

/** `slipway-agent <args>`. What went wrong has been said on stderr. */
export async function runCommand(args: readonly string[]): Promise<ExitCode> {
  const [first] = args;
  if (first === 'help' || args.includes('--help')) return say(helpText);
  if (first === 'version' || first === '--version') return say(`${agentVersion}\n`);
  try {
    const line = readCommandLine(args);
    return await carryOut(line);
  } catch (error) {
    return reportError(error, args.includes('--json'));
  }
}

function carryOut(line: CommandLine): Promise<ExitCode> {
  const env = readEnvironment(process.env, line.config);
  const config = readLocalConfig(env);
  actAsOwner(config.directory);
  return commands[line.verb]({
    line,
    env,
    config,
    directory: openAgentDirectory(config.directory),
    write: (text) => void process.stdout.write(text),
    tell: (text) => void (line.json || process.stderr.write(text)),
  });
}

function say(text: string): ExitCode {
  process.stdout.write(text);
  return exitCodes.done;
}
