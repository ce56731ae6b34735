import { readFileSync, readdirSync } from 'node:fs';

/** What a process holds, in KiB: PSS counts what processes share by halves, thirds …; `ownKiB` is what it has alone. */
export interface Memory {
  readonly pssKiB: number;
  readonly ownKiB: number;
}

/** @throws when the process has ended */
export function memoryOf(pid: number): Memory {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const field = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(rollup)?.[1] ?? 0);
  return { pssKiB: field('Pss'), ownKiB: field('Private_Clean') + field('Private_Dirty') };
}

/** Of user and system, in ms. @throws when the process has ended */
export function cpuMsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // Clock ticks, 100 a second on every architecture that Slipway runs on.
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Files, sockets and pipes that it holds open. @throws when the process has ended */
export const openFilesOf = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;

/** To files, pipes and sockets since it began. @throws when the process has ended */
export const writtenBytesOf = (pid: number): number =>
  Number(/^wchar: (\d+)/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1] ?? 0);
