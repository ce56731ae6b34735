import { readFileSync } from 'node:fs';
import os from 'node:os';

/** Where a figure comes from: it says little without. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly kernel: string;
  readonly node: string;
  /** Of the minute before the run; above the number of cores, others were working too. */
  readonly loadBefore: number;
}

export const thisMachine = (): Machine => ({
  cpu: os.cpus()[0]?.model ?? 'unknown',
  cores: os.availableParallelism(),
  memoryBytes: os.totalmem(),
  kernel: `${os.type()} ${os.release()}`,
  node: process.version,
  loadBefore: Number(readFileSync('/proc/loadavg', 'utf8').split(' ')[0]),
});
