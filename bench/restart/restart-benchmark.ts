import { changeUnderLoad, type ChangesUnderLoad } from '../../agent/testing/changes-under-load.ts';
import { restartModes, type RestartMode } from '../../domain/spec/service-spec.ts';
import type { Bench, CommonOptions, Measured } from '../frame/run-benchmark.ts';
import { tableLines } from '../frame/table.ts';

export interface RestartOptions extends CommonOptions {
  /** To each of the three services. */
  readonly requests: number;
  readonly perSecond: number;
}

/**
 * One real host, asked all the time while a release comes, is undone, its agent is killed, replaced by other code, and
 * brings another release: what each way of changing over costs its callers.
 */
export async function restartBenchmark({ say, signal }: Bench, options: RestartOptions): Promise<Measured> {
  const measured = new Map<RestartMode, ChangesUnderLoad>();
  for (const mode of restartModes) {
    signal.throwIfAborted();
    say(`${mode}: ${options.requests} requests, ${options.perSecond} a second`);
    measured.set(mode, await changeUnderLoad(mode, options.requests, options.perSecond));
  }
  const rows = [...measured].map(([mode, { requests, failed, slowestMs, gapsMs }]) => [
    mode,
    requests,
    failed,
    slowestMs,
    gapsMs.join(', '),
  ]);
  for (const line of tableLines(['run.restart', 'requests', 'failed', 'slowest ms', 'gaps ms'], rows)) say(line);
  const lost = [...measured].filter(([mode, { failed }]) => mode !== 'stop-first' && failed > 0);
  return { ok: lost.length === 0, modes: Object.fromEntries(measured) };
}
