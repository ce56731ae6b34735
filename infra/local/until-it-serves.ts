import type { Restart, SupervisionOptions } from './supervision-options.ts';

const usuallyLateAfterMs = 60_000;

/** A run that was begun. */
export interface Started {
  readonly logStart: number;
  readonly ended: AbortSignal;
}

/** Tells once that it takes long. @throws the reason of `ended` */
export async function untilItServes(options: SupervisionOptions, { logStart, ended }: Started): Promise<void> {
  const { name, logFile, onRestart, lateAfterMs: afterMs = usuallyLateAfterMs } = options;
  const tell = (): void => onRestart({ name, phase: 'late', afterMs, logFile, ...meanwhileOf(options) });
  const late = setTimeout(tell, afterMs);
  try {
    await options.ready(logStart, ended);
  } finally {
    clearTimeout(late);
  }
}

export const meanwhileOf = ({ meanwhile }: SupervisionOptions) => (meanwhile === undefined ? {} : { meanwhile });

/** A first start is told of only when it was told that it takes long. */
export async function untilItServesFirst(options: SupervisionOptions, started: Started): Promise<void> {
  const { name, onRestart } = options;
  const startedAt = performance.now();
  let isLate = false;
  const onLate = (restart: Restart): void => {
    isLate = true;
    onRestart(restart);
  };
  await untilItServes({ ...options, onRestart: onLate }, started);
  const afterMs = Math.round(performance.now() - startedAt);
  if (isLate) onRestart({ name, phase: 'serves', afterMs, first: true });
}
