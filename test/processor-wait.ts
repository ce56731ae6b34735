import { readFileSync } from 'node:fs';

/**
 * How long a process could have run and had no processor, since its start, ms: what others on the machine cost it. Of its main
 * thread, to the kernel's account (Documentation/scheduler/sched-stats.rst); 0 where the kernel keeps none. Sleeping, and
 * waiting for anything else, doesn't count.
 */
export function processorWaitMs(pid: number): number {
  try {
    const [, waitedNs] = readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ');
    return Number(waitedNs) / 1_000_000;
  } catch {
    return 0;
  }
}
