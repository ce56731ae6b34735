/** Identifiers. Each is a branded string or number, so that a host can't be passed where a region is meant. */
declare const brand: unique symbol;
type Branded<T, B extends string> = T & { readonly [brand]: B };

export type ServiceName = Branded<string, 'ServiceName'>;
export type RegionName = Branded<string, 'RegionName'>;
/** People who belong together, `payments`; kept by the organisation, not by a repository. */
export type TeamName = Branded<string, 'TeamName'>;
export type HostId = Branded<string, 'HostId'>;
/** `sha256:` and 64 lower-case hex digits, of the plain bytes. */
export type Digest = Branded<string, 'Digest'>;
/** Where a host stands in a deployment's order: 16 lower-case hex digits, compared as strings. */
export type Position = Branded<string, 'Position'>;
/** Counts up per service, never reused. Written `checkout/87`. */
export type DeploymentNumber = Branded<number, 'DeploymentNumber'>;
/** Counts up per service, never reused. Written `checkout@412`. */
export type ReleaseNumber = Branded<number, 'ReleaseNumber'>;
/** What a goal counts up: at least the clock in ms when it was written, so it survives a restored database. */
export type Generation = Branded<number, 'Generation'>;

const namePattern = /^[a-z][a-z0-9-]{0,62}$/;
const hostPattern = /^[a-z0-9][a-z0-9.-]{0,252}$/;
const digestPattern = /^sha256:[0-9a-f]{64}$/;

export const isName = (text: string): boolean => namePattern.test(text);
export const isHostId = (text: string): boolean => hostPattern.test(text);
export const isDigest = (text: string): text is Digest => digestPattern.test(text);

/** @throws RangeError when the text is not `[a-z][a-z0-9-]{0,62}`. */
export function serviceName(text: string): ServiceName {
  return checked(text, isName(text), 'service name') as ServiceName;
}

/** @throws RangeError when the text is not `[a-z][a-z0-9-]{0,62}`. */
export function regionName(text: string): RegionName {
  return checked(text, isName(text), 'region name') as RegionName;
}

/** @throws RangeError when the text is not `[a-z][a-z0-9-]{0,62}`. */
export function teamName(text: string): TeamName {
  return checked(text, isName(text), 'team name') as TeamName;
}

/** @throws RangeError when the text is not a lower-case DNS-like name. */
export function hostId(text: string): HostId {
  return checked(text, isHostId(text), 'host id') as HostId;
}

/** @throws RangeError when the text is not `sha256:` and 64 hex digits. */
export function digest(text: string): Digest {
  return checked(text, isDigest(text), 'digest') as Digest;
}

/** @throws RangeError when the number is not a positive safe integer. */
export function deploymentNumber(value: number): DeploymentNumber {
  return counted(value, 'deployment number') as DeploymentNumber;
}

/** @throws RangeError when the number is not a positive safe integer. */
export function releaseNumber(value: number): ReleaseNumber {
  return counted(value, 'release number') as ReleaseNumber;
}

function checked(text: string, ok: boolean, what: string): string {
  if (!ok) throw new RangeError(`not a ${what}: ${JSON.stringify(text).slice(0, 80)}`);
  return text;
}

function counted(value: number, what: string): number {
  if (!Number.isSafeInteger(value) || value < 1) throw new RangeError(`not a ${what}: ${value}`);
  return value;
}
