import { readFileSync } from 'node:fs';
import path from 'node:path';
import { isHostId, isName, type HostId, type RegionName } from '../domain/names.ts';
import { findDelegatedGroup } from './keeper/delegated-group.ts';
import type { PortRange } from './keeper/instance-port.ts';
import { logLevels, type LogLevel } from './log.ts';
import { usualMemoryFolder } from './secrets/memory-folder.ts';

/** What a host needs to know to act by itself, with everything else gone. */
export interface LocalConfig {
  readonly host: HostId;
  readonly directory: string;
  readonly ports: PortRange;
  /** Space that no fetch may touch; by default 5 % of the disk, at least 1 GiB. */
  readonly reserveBytes: number | undefined;
  /** Folder of a cgroup v2 below which instances get groups of their own; `null`: none. It may be gone: that keeps nothing from running. */
  readonly cgroup: string | null;
  /** Files of secrets lie below it: in memory. */
  readonly memoryFolder: string;
}

export interface AgentConfig extends LocalConfig {
  readonly region: RegionName;
  /** Of its region, at least one; it uses one at a time. */
  readonly gateways: readonly URL[];
  /** Read only when a certificate can be had by it and by nothing else; it may be absent, and come later. */
  readonly enrolmentTokenFile: string | undefined;
  readonly machineIdFile: string;
  readonly rootFile: string;
  readonly logLevel: LogLevel;
  /** Between two looks at the installed trees. */
  readonly treeLookMs: number;
}

/** A variable that is missing or wrong; the message names it and what it should be. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'config';
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Read by hand, because the agent stands alone: it has no configuration library. @throws ConfigError */
export function readAgentConfig(env: Environment): AgentConfig {
  return {
    ...readLocalConfig(env),
    region: checked(env, 'SLIPWAY_REGION', 'a region name, [a-z][a-z0-9-]*', isName) as RegionName,
    gateways: urlsIn(checked(env, 'SLIPWAY_GATEWAY_URL', httpsUrls, areHttpsUrls)).map((url) => new URL(url)),
    enrolmentTokenFile: optional(env, 'SLIPWAY_ENROLMENT_TOKEN_FILE', 'a file'),
    machineIdFile: optional(env, 'SLIPWAY_MACHINE_ID_FILE', 'a file') ?? '/etc/machine-id',
    rootFile: readable(env, 'SLIPWAY_ROOT_FILE'),
    logLevel: level(env),
    treeLookMs: treeLook(env),
  };
}

/** Neither identity nor gateway may keep a host from going back. @throws ConfigError */
export function readLocalConfig(env: Environment): LocalConfig {
  return {
    host: checked(env, 'SLIPWAY_HOST', 'a lower-case host name', isHostId) as HostId,
    directory: checked(env, 'SLIPWAY_AGENT_DIRECTORY', 'a folder', () => true),
    ports: portRange(env),
    reserveBytes: reserve(env),
    cgroup: cgroup(env),
    memoryFolder: optional(env, 'SLIPWAY_MEMORY_FOLDER', 'a folder in memory (tmpfs)') ?? usualMemoryFolder,
  };
}

function checked(env: Environment, name: string, what: string, isRight: (text: string) => boolean): string {
  const text = env[name];
  if (text === undefined || text === '') throw new ConfigError(`${name} is missing: it should be ${what}`);
  if (!isRight(text)) throw new ConfigError(`${name} is ${JSON.stringify(text)}: it should be ${what}`);
  return text;
}

function readable(env: Environment, name: string): string {
  return checked(env, name, 'a file that can be read', (file) => {
    try {
      readFileSync(file);
      return true;
    } catch {
      return false;
    }
  });
}

const optional = (env: Environment, name: string, what: string): string | undefined =>
  env[name] === undefined ? undefined : checked(env, name, what, (text) => !text.includes('\n'));

function portRange(env: Environment): PortRange {
  const text = checked(env, 'SLIPWAY_INSTANCE_PORTS', 'two ports in order, as in 20000-20009', (range) => {
    const [first, last] = portsIn(range);
    return first >= 1 && last <= 65_535 && first <= last;
  });
  const [first, last] = portsIn(text);
  return { first, last };
}

function portsIn(range: string): readonly [number, number] {
  const [, first, last] = /^(\d{1,5})-(\d{1,5})$/.exec(range) ?? [];
  return [Number(first ?? 0), Number(last ?? 0)];
}

function reserve(env: Environment): number | undefined {
  if (env['SLIPWAY_RESERVE_BYTES'] === undefined) return undefined;
  return Number(checked(env, 'SLIPWAY_RESERVE_BYTES', 'a number of bytes', (text) => /^\d{1,15}$/.test(text)));
}

function cgroup(env: Environment): string | null {
  if (env['SLIPWAY_CGROUP'] === undefined) return findDelegatedGroup();
  return checked(env, 'SLIPWAY_CGROUP', 'the folder of a cgroup v2 that is left to the agent', path.isAbsolute);
}

function treeLook(env: Environment): number {
  const isInterval = (text: string): boolean => /^\d{3,8}$/.test(text) && Number(text) >= 100;
  if (env['SLIPWAY_TREE_LOOK_MS'] === undefined) return 30_000;
  return Number(checked(env, 'SLIPWAY_TREE_LOOK_MS', 'milliseconds, at least 100', isInterval));
}

function level(env: Environment): LogLevel {
  const text = env['SLIPWAY_LOG_LEVEL'] ?? 'info';
  // The other programs know finer levels and coarser ones.
  const known = { trace: 'debug', fatal: 'error', silent: 'error' }[text] ?? text;
  if (Object.hasOwn(logLevels, known)) return known as LogLevel;
  throw new ConfigError(
    `SLIPWAY_LOG_LEVEL is ${JSON.stringify(text)}: it should be ${Object.keys(logLevels).join(', ')}`,
  );
}

const httpsUrls = 'an https URL, or several, separated by commas, each of another gateway';
const urlsIn = (text: string): readonly string[] => text.split(',').map((url) => url.trim());

function areHttpsUrls(text: string): boolean {
  const urls = urlsIn(text).map((url) => URL.parse(url));
  return urls.every((url) => url?.protocol === 'https:') && new Set(urls.map((url) => url?.host)).size === urls.length;
}
