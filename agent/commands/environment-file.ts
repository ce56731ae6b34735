import { readFileSync } from 'node:fs';
import { ConfigError, type Environment } from '../agent-config.ts';
import { hasCode } from '../durable-files.ts';

export const defaultEnvironmentFile = '/etc/slipway/agent.env';

/**
 * The agent's environment: the file that its unit reads, and over it the command's own. Without a file the latter alone.
 * @throws ConfigError where a named file can't be read, or the usual one is there and can't be.
 */
export function readEnvironment(own: Environment, named: string | undefined): Environment {
  const file = named ?? own['SLIPWAY_AGENT_ENV'];
  try {
    return { ...parseEnvironment(readFileSync(file ?? defaultEnvironmentFile, 'utf8')), ...own };
  } catch (error) {
    if (file === undefined && hasCode(error, 'ENOENT')) return own;
    throw new ConfigError(`${file ?? defaultEnvironmentFile} can't be read (${(error as Error).message})`);
  }
}

/** `NAME=value` a line, `#` and `;` begin comments, quotes around a value go: what is common to systemd and shells. */
export function parseEnvironment(text: string): Environment {
  const lines = text.split('\n').map((line) => line.trim());
  const entries = lines.flatMap((line) => {
    const [, name, value] = /^([A-Za-z_]\w*)=(.*)$/.exec(line) ?? [];
    return name === undefined ? [] : [[name, unquoted(value!.trim())] as const];
  });
  return Object.fromEntries(entries);
}

const unquoted = (value: string): string => /^(["'])(.*)\1$/.exec(value)?.[2] ?? value;
