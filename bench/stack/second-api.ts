import path from 'node:path';
import { freePort } from '../../infra/local/free-port.ts';
import { apiUrl, controlPrograms } from '../../infra/local/programs.ts';
import { untilHttpReady } from '../../infra/local/readiness.ts';
import { superviseProcess } from '../../infra/local/supervised-process.ts';
import type { BenchStack } from './bench-stack.ts';

/** Starts another api of the same installation, which ends with the stack; answers its address. */
export async function startSecondApi({ shape, supervision, adopt }: BenchStack): Promise<string> {
  const second = { ...shape, addresses: { ...shape.addresses, api: await freePort() } };
  const program = controlPrograms(second).find(({ name }) => name === 'api')!;
  const api = await superviseProcess({
    ...supervision,
    name: 'api-2',
    command: { ...program.command, env: { ...program.command.env, SLIPWAY_PROGRAM: 'api-2' } },
    logFile: path.join(shape.data.logs, 'api-2.log'),
    ready: (_, ended) => untilHttpReady(program.readyUrl!, ended),
  });
  adopt(api);
  return apiUrl(second);
}
