import {
  deploymentNumber,
  regionName,
  releaseNumber,
  serviceName,
  type DeploymentNumber,
  type RegionName,
  type ReleaseNumber,
  type ServiceName,
} from '../../../domain/names.ts';
import { ProblemError } from '../../http/problem-error.ts';

type Parameters = Readonly<Record<string, string>>;

/** Names in a path. One that can't be a name is answered like one that names nothing. */
export const serviceParameter = (parameters: Parameters): ServiceName => named(parameters, 'service', serviceName);
export const regionParameter = (parameters: Parameters): RegionName => named(parameters, 'region', regionName);
export const deploymentParameter = (parameters: Parameters): DeploymentNumber =>
  named(parameters, 'deployment', (text) => deploymentNumber(storedInteger(text)));
export const releaseParameter = (parameters: Parameters): ReleaseNumber =>
  named(parameters, 'release', (text) => releaseNumber(storedInteger(text)));

/** Numbers are 32-bit columns: a greater one names nothing, and must not fail in the database. */
function storedInteger(text: string): number {
  return /^[1-9]\d{0,9}$/.test(text) && Number(text) < 2 ** 31 ? Number(text) : Number.NaN;
}

function named<T>(parameters: Parameters, name: string, parse: (text: string) => T): T {
  const text = parameters[name] ?? '';
  try {
    return parse(text);
  } catch {
    throw new ProblemError('not-found', { detail: `there is no ${name} ${JSON.stringify(text.slice(0, 80))}` });
  }
}
