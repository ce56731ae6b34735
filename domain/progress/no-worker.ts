import type { DeploymentNumber, ServiceName } from '../names.ts';
import type { NextStep } from './why-facts.ts';

/** The workflow that carries an open deployment: its own, or the recovery that ends it once that one is closed. */
export type Carrier = 'deployment' | 'recovery';

/** What a deployment can't say of itself, as nobody runs what carries it. */
export interface NoWorker {
  /** The build id of the control worker that its carrier began on. */
  readonly version: string;
  readonly carrier: Carrier;
}

/** Hosts of a batch that was allowed switch, and agents revert, with nobody's help: only steps of workflows stand. */
export const noWorkerText = (missing: NoWorker): string =>
  `${noWorkerCause(missing)}: none of its steps is taken until one is started; hosts that were told go on by themselves`;

/** Without what follows from it. */
export const noWorkerCause = ({ version, carrier }: NoWorker): string =>
  `no control worker of version ${version} runs, on which ${carrier === 'recovery' ? 'its recovery' : 'it'} began`;

export const startWorkerStep = (
  service: ServiceName,
  number: DeploymentNumber,
  { version, carrier }: NoWorker,
): NextStep => ({
  text:
    `Start a control worker of version ${version} again, with its bundle (docs/how-to/upgrade.md). ` +
    `Where none can be: terminate ${carrier}:${service}:${number} in Temporal${onceTerminated[carrier]}.`,
  command: `temporal worker deployment describe-version --deployment-name slipway-control --build-id ${version}`,
  verb: null,
});

const onceTerminated: Readonly<Record<Carrier, string>> = {
  deployment: ', and recovery ends it in its place',
  recovery: ': the lane begins it again, on the version that is current',
};
