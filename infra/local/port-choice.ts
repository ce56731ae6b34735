import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';

export interface ChosenPort {
  readonly port: number;
  /** Set when the wanted port was taken: by whom, for people. */
  readonly insteadOf: { readonly port: number; readonly owner: string } | null;
}

const host = '127.0.0.1';

/** The wanted port, or the next free one that is not in `taken`; adds it there. */
export async function choosePort(wanted: number, taken: Set<number>): Promise<ChosenPort> {
  for (let port = wanted; port < wanted + 1000; port++) {
    if (taken.has(port) || !(await isFree(port))) continue;
    taken.add(port);
    return { port, insteadOf: port === wanted ? null : { port: wanted, owner: ownerOf(wanted) ?? 'another program' } };
  }
  throw new Error(`no free port from ${wanted} to ${wanted + 999} on ${host}`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

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
