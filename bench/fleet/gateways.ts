import path from 'node:path';
import { freePort } from '../../infra/local/free-port.ts';
import { controlPrograms, type Program } from '../../infra/local/programs.ts';
import { untilHttpReady } from '../../infra/local/readiness.ts';
import { superviseProcess, type SupervisedProcess } from '../../infra/local/supervised-process.ts';
import type { BenchStack } from '../stack/bench-stack.ts';

/** One of a region's gateways; they share its database and nothing else. */
export interface FleetGateway {
  readonly url: URL;
  readonly process: SupervisedProcess;
}

/** The stack's own gateway of the region, and others beside it, on ports of their own, which end with the stack. */
export async function startGateways(
  stack: BenchStack,
  region: string,
  count: number,
): Promise<readonly FleetGateway[]> {
  const own = `gateway-${region}`;
  const gateways = [{ url: urlOf(programOf(stack.shape, own)), process: stack.process(own) }];
  while (gateways.length < count) gateways.push(await startAnother(stack, own, gateways.length + 1));
  return gateways;
}

async function startAnother(
  { shape, supervision, adopt }: BenchStack,
  own: string,
  number: number,
): Promise<FleetGateway> {
  const port = await freePort();
  const addresses = { ...shape.addresses, gateways: shape.addresses.gateways.map(() => port) };
  const program = programOf({ ...shape, addresses }, own);
  const name = `${own}-${number}`;
  const gateway = await superviseProcess({
    ...supervision,
    name,
    command: { ...program.command, env: { ...program.command.env, SLIPWAY_PROGRAM: name } },
    logFile: path.join(shape.data.logs, `${name}.log`),
    ready: (_, ended) => untilHttpReady(program.readyUrl!, ended),
  });
  adopt(gateway);
  return { url: urlOf(program), process: gateway };
}

const programOf = (shape: BenchStack['shape'], name: string): Program =>
  controlPrograms(shape).find((program) => program.name === name)!;
const urlOf = ({ readyUrl }: Program): URL => new URL(new URL(readyUrl!).origin);
