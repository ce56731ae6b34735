import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer, type ListenOptions, type Server } from 'node:net';
import { AdvisedError } from './advised-error.ts';

export interface ChosenPort {
  readonly port: number;
  /** Set when the wanted port was taken: by whom, for people. */
  readonly insteadOf: { readonly port: number; readonly owner: string } | null;
}

const host = '127.0.0.1';

/** The wanted port, or the next free one (`step` further each time); claimed from then on until this process ends. */
export async function choosePort(wanted: number, step = 1): Promise<ChosenPort> {
  for (let port = wanted; port < wanted + 1000 * step && port < 65_536; port += step) {
    if (!(await claim(port))) continue;
    return { port, insteadOf: port === wanted ? null : { port: wanted, owner: ownerOf(wanted) ?? 'another program' } };
  }
  throw new AdvisedError(`no free port from ${wanted} on ${host}: end some of the programs that hold them`);
}

/**
 * A program binds its port seconds after it was chosen; another `npm start` must not choose it meanwhile. The claim is
 * an abstract socket (man 7 unix): known where the port is, and gone with this process, however that ends.
 */
async function claim(port: number): Promise<boolean> {
  const held = createServer().unref();
  const isMine = await listens(held, claimOf(port));
  if (!isMine) return false;
  if (await isFree(port)) return true;
  held.close();
  return false;
}

/** Where a claim of a port listens. */
export const claimOf = (port: number): ListenOptions => ({ path: `\0slipway-port-${port}` });

async function isFree(port: number): Promise<boolean> {
  const probe = createServer();
  const isBound = await listens(probe, { port, host, exclusive: true });
  if (isBound) await new Promise((closed) => probe.close(closed));
  return isBound;
}

/** Whether the server could take the place. */
export const listens = (server: Server, where: ListenOptions): Promise<boolean> =>
  new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(where, () => resolve(true));
  });

/** Name and pid of the process that listens on a TCP port of this machine; `null` when it can't be seen. */
export function ownerOf(port: number): string | null {
  const inodes = new Set([...listeningInodes('/proc/net/tcp', port), ...listeningInodes('/proc/net/tcp6', port)]);
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    if (!holdsSocket(pid, inodes)) continue;
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim();
    return `${command.slice(0, 60)} (pid ${pid})`;
  }
  return null;
}

function listeningInodes(table: string, port: number): string[] {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0');
  const lines = readTable(table).split('\n').slice(1);
  const rows = lines.map((line) => line.trim().split(/\s+/));
  const listening = '0A';
  return rows.flatMap((row) => (row[1]?.endsWith(`:${wanted}`) && row[3] === listening && row[9] ? [row[9]] : []));
}

function readTable(table: string): string {
  try {
    return readFileSync(table, 'utf8');
  } catch {
    return ''; // a kernel without IPv6 has no tcp6
  }
}

function holdsSocket(pid: string, inodes: ReadonlySet<string>): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => {
      const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1];
      return inode !== undefined && inodes.has(inode);
    });
  } catch {
    return false; // gone meanwhile, or another user's
  }
}
