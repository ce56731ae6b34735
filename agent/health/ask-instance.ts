import http from 'node:http';
import net from 'node:net';
import type { CheckResult } from '../../domain/host/health.ts';
import { isHostFault } from '../host-faults.ts';
import { runCommand, type CommandEnd, type CommandSetting } from './run-command.ts';

/** What an instance with a shared socket says who it is by: the value of its `SLIPWAY_INSTANCE`. */
const nameHeader = 'x-slipway-instance';

/**
 * GET on its port: 2xx and 3xx are healthy. Where the port may be another's, too, it has to say that it is `instance`: what an
 * old one left behind must not answer for it.
 */
export function askOverHttp(
  port: number,
  path: string,
  timeoutMs: number,
  instance: string | null = null,
): Promise<CheckResult> {
  return new Promise((resolve) => {
    const request = http.get({ host: '127.0.0.1', port, path, agent: false, headers: { connection: 'close' } });
    const end = (result: CheckResult): void => {
      resolve(result);
      request.destroy();
    };
    const answered = deadline(timeoutMs, () => end(failure(`${path} did not answer within ${timeoutMs} ms`)));
    request.once('response', ({ statusCode = 0, headers }) => {
      answered();
      const named = headers[nameHeader];
      if (instance !== null && named !== instance)
        return end(
          failure(`${path} was answered ${named === undefined ? `without ${nameHeader}` : 'by another instance'}`),
        );
      end(statusCode >= 200 && statusCode < 400 ? success : failure(`${path} answered ${statusCode}`));
    });
    request.on('error', (error: NodeJS.ErrnoException) => {
      answered();
      resolve(connectionFault(path, error));
    });
  });
}

/** Whether its port takes a connection; nothing is said on it. */
export function askForConnection(port: number, timeoutMs: number): Promise<CheckResult> {
  return new Promise((resolve) => {
    const socket = net.connect({ host: '127.0.0.1', port });
    const end = (result: CheckResult): void => {
      connected();
      resolve(result);
      socket.destroy();
    };
    const connected = deadline(timeoutMs, () => end(failure(`its port took no connection within ${timeoutMs} ms`)));
    socket.once('connect', () => end(success));
    socket.on('error', (error: NodeJS.ErrnoException) => end(connectionFault('its port', error)));
  });
}

export async function askByCommand(
  argv: readonly string[],
  setting: CommandSetting,
  timeoutMs: number,
): Promise<CheckResult> {
  return resultOf(argv[0] ?? '', await runCommand(argv, setting, timeoutMs), timeoutMs);
}

/** Code 0 is healthy. A command that isn't there is the release's fault; one that the host can't begin says nothing. */
export function resultOf(name: string, end: CommandEnd, timeoutMs: number): CheckResult {
  switch (end.how) {
    case 'late':
      return failure(`${name} did not end within ${timeoutMs} ms`);
    case 'not-run':
      return isHostFault(end.code)
        ? unknown(`${name} could not be run (${end.code})`)
        : failure(`${name} can't be run (${end.code})`);
    case 'ended': {
      if (end.code === 0) return success;
      const how = end.code === null ? `ended by ${end.signal}` : `exited with code ${end.code}`;
      return failure(`${name} ${how}${end.lastLine === '' ? '' : `: ${end.lastLine}`}`);
    }
  }
}

/** What keeps the agent from asking says nothing about whom it wanted to ask: all its own ports may be taken, too. */
function connectionFault(asked: string, error: NodeJS.ErrnoException): CheckResult {
  const { code = '' } = error;
  const local = isHostFault(code) || code === 'EADDRNOTAVAIL';
  return local ? unknown(`${asked} could not be asked (${code})`) : failure(`${asked}: ${describe(error)}`);
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

export const success: CheckResult = { outcome: 'success' };
const failure = (reason: string): CheckResult => ({ outcome: 'failure', reason });
export const unknown = (reason: string): CheckResult => ({ outcome: 'unknown', reason });
