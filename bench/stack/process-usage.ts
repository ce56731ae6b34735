import { readFileSync } from 'node:fs';
import { pssOf, withDescendants } from '../../infra/local/memory.ts';
import type { BenchStack } from './bench-stack.ts';

/** What a program and its children have used. */
export interface Usage {
  readonly cpuMs: number;
  readonly pssBytes: number;
}

/** By program. */
export type UsageByProgram = Readonly<Record<string, Usage>>;

/** Of all programs of the stack: CPU since they started, memory now. */
export const usageByProgram = (stack: BenchStack): UsageByProgram =>
  Object.fromEntries(stack.processes().map((each) => [each.name, usageOf(each.pid() ?? 0)]));

/** CPU since `before`, memory as it is `after`. */
export const usedSince = (before: UsageByProgram, after: UsageByProgram): UsageByProgram =>
  Object.fromEntries(
    Object.entries(after).map(([name, { cpuMs, pssBytes }]) => [
      name,
      { cpuMs: cpuMs - (before[name]?.cpuMs ?? 0), pssBytes },
    ]),
  );

/** Linux counts processor time in hundredths of a second, on every architecture that Slipway runs on. */
const tickMs = 10;

function usageOf(pid: number): Usage {
  const pids = withDescendants(pid);
  return {
    cpuMs: pids.reduce((sum, each) => sum + cpuMsOf(each), 0),
    pssBytes: pids.reduce((sum, each) => sum + pssOf(each), 0),
  };
}

function cpuMsOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // utime, stime, cutime and cstime, the 14th to 17th fields of proc(5): the last two are of children that have ended.
    // What stands before the name's end is cut off.
    return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0) * tickMs;
  } catch {
    return 0; // gone meanwhile
  }
}
