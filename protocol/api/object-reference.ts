import { deploymentNumber, isName, releaseNumber, serviceName } from '../../domain/names.ts';
import type { DeploymentNumber, ReleaseNumber, ServiceName } from '../../domain/names.ts';

/** How people name things: `checkout`, `checkout@412`, `checkout/87`. A bare number never stands alone. */
export type ObjectReference =
  | { readonly kind: 'service'; readonly service: ServiceName }
  | { readonly kind: 'release'; readonly service: ServiceName; readonly release: ReleaseNumber }
  | { readonly kind: 'deployment'; readonly service: ServiceName; readonly deployment: DeploymentNumber };

export const releaseReference = (service: ServiceName, release: ReleaseNumber): string => `${service}@${release}`;
export const deploymentReference = (service: ServiceName, deployment: DeploymentNumber): string =>
  `${service}/${deployment}`;

const pattern = /^([a-z][a-z0-9-]*)(?:([@/])([1-9][0-9]{0,14}))?$/;

/** `null` when the text is none of the three forms. */
export function parseObjectReference(text: string): ObjectReference | null {
  const match = pattern.exec(text);
  if (!match?.[1] || !isName(match[1])) return null;
  const service = serviceName(match[1]);
  if (match[3] === undefined) return { kind: 'service', service };
  const number = Number(match[3]);
  return match[2] === '@'
    ? { kind: 'release', service, release: releaseNumber(number) }
    : { kind: 'deployment', service, deployment: deploymentNumber(number) };
}
