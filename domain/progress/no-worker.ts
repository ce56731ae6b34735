import type { DeploymentNumber, ServiceName } from '../names.ts';
import type { NextStep } from './why-facts.ts';

/** What a deployment can't say of itself, as nobody runs it. @param version the build id of the control worker it began on */
export const noWorkerText = (version: string): string =>
  `no control worker of version ${version} runs, on which it began: nothing of it moves; goes on when one is started`;

export const startWorkerStep = (service: ServiceName, number: DeploymentNumber, version: string): NextStep => ({
  text:
    `Start a control worker of version ${version} again, with its bundle (docs/how-to/upgrade.md). ` +
    `Where none can be: terminate deployment:${service}:${number} in Temporal, and recovery ends it in its place.`,
  command: `temporal worker deployment describe-version --deployment-name slipway-control --build-id ${version}`,
  verb: null,
});
