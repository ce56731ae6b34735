import http from 'node:http';
import type { CheckResult } from '../../domain/host/health.ts';
import type { Instance } from '../../domain/host/service-state.ts';
import { isAlive } from '../process-identity.ts';

/** What keeps the agent from asking says nothing about whom it wanted to ask. */
const localFaults: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EADDRNOTAVAIL', 'EAGAIN']);
/** What is noticed this much after the time-out was the agent's own delay: it can't be said when an answer came. */
const usualLagMs = 500;

/** Looks once at this very instance: its process, and HTTP on the port that only it was given. */
export async function checkHealth(instance: Instance, lagMs = usualLagMs): Promise<CheckResult> {
  const result = await askOverHttp(instance, lagMs);
  // How it ended is for its keeper to say, and whether it is started again or failed follows from that.
  return isAlive(instance.process) ? result : unknown('its process has ended');
}

function askOverHttp({ port, health }: Instance, lagMs: number): Promise<CheckResult> {
  const { http: path, timeoutMs } = health;
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const request = http.get({ host: '127.0.0.1', port, path, agent: false, headers: { connection: 'close' } });
    const end = (result: CheckResult): void => {
      const lagged = performance.now() - startedAt > timeoutMs + lagMs;
      resolve(lagged ? unknown('the agent was held up') : result);
      request.destroy();
    };
    const answered = deadline(timeoutMs, () => end(failure(`${path} did not answer within ${timeoutMs} ms`)));
    request.once('response', ({ statusCode = 0 }) => {
      answered();
      end(statusCode >= 200 && statusCode < 400 ? { outcome: 'success' } : failure(`${path} answered ${statusCode}`));
    });
    request.on('error', (error: NodeJS.ErrnoException) => {
      answered();
      const local = error.code !== undefined && localFaults.has(error.code);
      resolve(local ? unknown(`${path} could not be asked (${error.code})`) : failure(`${path}: ${describe(error)}`));
    });
  });
}

/** Timers go before sockets: an answer that a busy agent has not read yet is heard before it is late. */
function deadline(ms: number, late: () => void): () => void {
  let unheard: NodeJS.Immediate | undefined;
  const timer = setTimeout(() => (unheard = setImmediate(late)), ms);
  return () => {
    clearTimeout(timer);
    clearImmediate(unheard);
  };
}

const describe = ({ code, message }: NodeJS.ErrnoException): string =>
  code === 'ECONNREFUSED' ? 'nothing listens on its port' : (code ?? message);

const failure = (reason: string): CheckResult => ({ outcome: 'failure', reason });
const unknown = (reason: string): CheckResult => ({ outcome: 'unknown', reason });
