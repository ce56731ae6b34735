import { renameSync, writeFileSync } from 'node:fs';
import type { Demonstration } from './demo/demonstration.ts';
import { pssOf, withDescendants } from './memory.ts';
import type { Stack } from './stack.ts';

/** What `--json` writes. */
export interface Figures {
  readonly ok: boolean;
  /** From the launcher's start until every program served. */
  readonly readyMs: number;
  readonly mergeToGreenMs: number | null;
  readonly badToUndoneMs: number | null;
  readonly rollForwardMs: number | null;
  /** Of every process, keepers and instances too. */
  readonly pssBytes: number;
  readonly pssByProgram: Readonly<Record<string, number>>;
  readonly restarts: number;
  readonly deployments: Demonstration['deployments'];
}

export function figuresOf(
  stack: Stack,
  readyMs: number,
  hostProcesses: readonly number[],
  shown: Demonstration | null,
): Figures {
  const pssByProgram = memoryByProgram(stack, hostProcesses);
  return {
    ok: shown?.ok ?? true,
    readyMs,
    mergeToGreenMs: shown?.mergeToGreenMs ?? null,
    badToUndoneMs: shown?.badToUndoneMs ?? null,
    rollForwardMs: shown?.rollForwardMs ?? null,
    pssBytes: Object.values(pssByProgram).reduce((sum, bytes) => sum + bytes, 0),
    pssByProgram,
    restarts: stack.processes.reduce((sum, each) => sum + each.restarts(), 0),
    deployments: shown?.deployments ?? [],
  };
}

export function writeFigures(file: string, figures: Figures): void {
  writeFileSync(`${file}.tmp`, `${JSON.stringify(figures, null, 2)}\n`);
  renameSync(`${file}.tmp`, file);
}

function memoryByProgram(stack: Stack, hostProcesses: readonly number[]): Record<string, number> {
  // Keepers descend from the agent that started them, until it ends: counted once.
  const ofHosts = new Set(hostProcesses);
  const roots = [
    { name: 'supervisor and launcher', pids: [process.pid, process.ppid] },
    { name: 'keepers and instances', pids: hostProcesses },
    ...stack.processes.map((each) => ({
      name: each.name,
      pids: pidsBelow(each.pid()).filter((pid) => !ofHosts.has(pid)),
    })),
  ];
  return Object.fromEntries(roots.map(({ name, pids }) => [name, pids.reduce((sum, pid) => sum + pssOf(pid), 0)]));
}

const pidsBelow = (pid: number | null): number[] => (pid === null ? [] : withDescendants(pid));
