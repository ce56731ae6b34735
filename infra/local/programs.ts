import { hash } from 'node:crypto';
import path from 'node:path';
import { instancePortsPerHost, type Addresses } from './addresses.ts';
import type { ServerCommand } from './child-server.ts';
import type { DataDirectory } from './data-directory.ts';
import type { OlderVersion } from './older-versions.ts';
import type { StackSecrets } from './stack-secrets.ts';

/** One of Slipway's own programs, as data. */
export interface Program {
  readonly name: string;
  /** Its first file. */
  readonly entry: string;
  readonly command: ServerCommand;
  /** Asked over HTTP where there is such a thing, else read from the log. */
  readonly readyUrl: string | null;
}

export interface StackShape {
  readonly projectRoot: string;
  readonly data: DataDirectory;
  readonly addresses: Addresses;
  readonly secrets: StackSecrets;
  readonly regions: readonly string[];
  /** Hosts in each region. */
  readonly hosts: number;
  /** Where foreign code is built (`chooseScratch`). */
  readonly scratch: string;
}

export interface HostPlace {
  readonly host: string;
  readonly region: string;
}

/** `eu-west-1`, `eu-west-2`, …, region by region. */
export const hostsOf = (shape: Pick<StackShape, 'regions' | 'hosts'>): HostPlace[] =>
  shape.regions.flatMap((region) =>
    Array.from({ length: shape.hosts }, (_, index) => ({ host: `${region}-${index + 1}`, region })),
  );

export const databaseUrl = ({ addresses, secrets }: StackShape, database: string): string =>
  `postgresql://slipway:${secrets.postgresPassword}@127.0.0.1:${addresses.postgres}/${database}`;

/**
 * Each stack has a namespace of its own. When its Temporal is down, another stack's may take the port for a moment; its
 * workers then find a Temporal that has nothing for them, instead of doing the other's work.
 */
export const temporalNamespace = (data: DataDirectory): string =>
  `slipway-${hash('sha256', data.root, 'hex').slice(0, 8)}`;

export const centralDatabase = 'slipway_central';
export const regionDatabase = (region: string): string => `slipway_region_${region.replaceAll('-', '_')}`;
export const apiUrl = ({ addresses }: StackShape): string => `http://127.0.0.1:${addresses.api}`;
export const webhookSecretFile = ({ data }: Pick<StackShape, 'data'>): string =>
  path.join(data.root, 'run', 'webhook-secret');
export const regionTokenFile = ({ data }: StackShape, region: string): string =>
  path.join(data.root, 'run', `region-token-${region}`);
/** For `slipway-region --environment`: what is set for the region's worker, as init systems read it. */
export const regionEnvironmentFile = ({ data }: Pick<StackShape, 'data'>, region: string): string =>
  path.join(data.root, 'run', `region-${region}.env`);
/** Where an agent looks when it has no certificate. */
export const enrolmentTokenFile = ({ data }: StackShape, host: string): string =>
  path.join(data.root, 'run', `enrolment-token-${host}`);
export const personTokenFile = ({ data }: Pick<StackShape, 'data'>, person: string): string =>
  path.join(data.root, 'run', `token-${person}`);
const gatewayUrl = ({ addresses, regions }: StackShape, region: string): string =>
  `https://127.0.0.1:${addresses.gateways[regions.indexOf(region)]}`;

/** The programs that steer, in the order in which they start; agents come after all of them. */
export function controlPrograms(shape: StackShape): Program[] {
  const perRegion = shape.regions.flatMap((region) => [regionWorker(shape, region), gateway(shape, region)]);
  return [api(shape), controlWorker(shape), buildWorker(shape), ...perRegion];
}

export const agentPrograms = (shape: StackShape): Program[] =>
  hostsOf(shape).map((place, index) => agent(shape, place, index));

/** Whoever starts the embedded stack is whose repositories it builds. */
const hooks = { SLIPWAY_HOOKS: 'on-build-workers' };

function api(shape: StackShape): Program {
  return program(shape, 'api', 'api/control/main.ts', `${apiUrl(shape)}/readyz`, {
    ...central(shape),
    ...temporal(shape),
    SLIPWAY_API_LISTEN: `127.0.0.1:${shape.addresses.api}`,
    SLIPWAY_TEMPORAL_UI_URL: `http://127.0.0.1:${shape.addresses.temporalUi}`,
    SLIPWAY_GITHUB_WEBHOOK_SECRET_FILE: webhookSecretFile(shape),
    SLIPWAY_APPROVAL_KEY_FILE: key(shape, 'api/approval.pem'),
    SLIPWAY_WEB: shape.data.pages,
    SLIPWAY_CENTRAL_STORE: shape.data.centralStore,
    ...hooks,
  });
}

/** One more, for what is pinned to an older version of the workflows. */
export const olderControlWorker = (shape: StackShape, { buildId, bundle }: OlderVersion): Program =>
  controlWorker(shape, `control-worker-${buildId}`, bundle);

function controlWorker(
  shape: StackShape,
  name = 'control-worker',
  bundle: string = shape.data.workflowBundle,
): Program {
  return program(shape, name, 'workers/control.ts', null, {
    ...central(shape),
    ...temporal(shape),
    SLIPWAY_BUILD_KEY_FILE: key(shape, 'control/build.pem'),
    SLIPWAY_ADMISSION_KEY_FILE: key(shape, 'control/admission.pem'),
    SLIPWAY_APPROVAL_PUBLIC_KEY_FILE: key(shape, 'control/approval.pub.pem'),
    SLIPWAY_CENTRAL_STORE: shape.data.centralStore,
    ...hooks,
    SLIPWAY_WORKFLOW_BUNDLE: bundle,
  });
}

/** Foreign code runs as nobody that anything else belongs to; used when the stack is root's. No account is made. */
const buildUser = '64321';

function buildWorker(shape: StackShape): Program {
  return program(shape, 'build-worker', 'workers/build.ts', null, {
    ...temporal(shape),
    SLIPWAY_CENTRAL_STORE: shape.data.centralStore,
    SLIPWAY_SCRATCH: shape.scratch,
    SLIPWAY_BUILD_USER: buildUser,
  });
}

/** What of a region's settings its operators' command reads, too. */
export const regionAuthority = (shape: StackShape, region: string): Readonly<Record<string, string>> => ({
  SLIPWAY_REGION: region,
  SLIPWAY_REGION_DATABASE_URL: databaseUrl(shape, regionDatabase(region)),
  SLIPWAY_DIRECTOR_KEY_FILE: key(shape, `region/${region}/director.pem`),
  SLIPWAY_ROOT_FILE: key(shape, 'root.json'),
  SLIPWAY_REGION_STORE: shape.data.regionStore(region),
});

function regionWorker(shape: StackShape, region: string): Program {
  return program(shape, `region-worker-${region}`, 'workers/region.ts', null, {
    ...temporal(shape),
    ...regionAuthority(shape, region),
    SLIPWAY_CENTRAL_STORE: shape.data.centralStore,
    SLIPWAY_API_URL: apiUrl(shape),
    SLIPWAY_REGION_TOKEN_FILE: regionTokenFile(shape, region),
  });
}

/**
 * Of glibc. Each TLS connection has a buffer of 64 KiB that is hardly ever touched, and short-lived ones of 16 KiB between them:
 * mapped on their own, 60 KB instead of 79 of a connection are in memory.
 */
export const smallConnections = {
  MALLOC_ARENA_MAX: '1',
  MALLOC_MMAP_THRESHOLD_: '16000',
  MALLOC_TRIM_THRESHOLD_: '131072',
  MALLOC_TOP_PAD_: '0',
};

function gateway(shape: StackShape, region: string): Program {
  const gateway = program(shape, `gateway-${region}`, 'api/gateway/main.ts', `${gatewayUrl(shape, region)}/readyz`, {
    SLIPWAY_REGION: region,
    SLIPWAY_REGION_DATABASE_URL: databaseUrl(shape, regionDatabase(region)),
    SLIPWAY_REGION_STORE: shape.data.regionStore(region),
    SLIPWAY_GATEWAY_LISTEN: new URL(gatewayUrl(shape, region)).host,
    // Whichever is free: its log says it.
    SLIPWAY_GATEWAY_OPERATORS_LISTEN: '127.0.0.1:0',
    SLIPWAY_AUTHORITY_KEY_FILE: key(shape, `region/${region}/authority.pem`),
    SLIPWAY_ROOT_FILE: key(shape, 'root.json'),
    ...secretsOf(shape, region),
    ...smallConnections,
  });
  const { command } = gateway;
  const args = command.args.map((arg) => (arg === youngGeneration ? youngOfGateway : arg));
  return { ...gateway, command: { ...command, args } };
}

/** Unless the operator says where secrets are. */
const secretsOf = (shape: StackShape, region: string): Readonly<Record<string, string>> =>
  process.env['SLIPWAY_SECRETS_FOLDER'] || process.env['SLIPWAY_SECRETS_COMMAND']
    ? {}
    : { SLIPWAY_SECRETS_FOLDER: shape.data.regionSecrets(region) };

function agent(shape: StackShape, { host, region }: HostPlace, index: number): Program {
  const entry = 'agent/main.ts';
  const first = shape.addresses.firstInstance + index * instancePortsPerHost;
  const command = nodeCommand(shape, `agent ${host}`, [entry], {
    SLIPWAY_HOST: host,
    SLIPWAY_REGION: region,
    SLIPWAY_GATEWAY_URL: gatewayUrl(shape, region),
    SLIPWAY_ENROLMENT_TOKEN_FILE: enrolmentTokenFile(shape, host),
    SLIPWAY_ROOT_FILE: key(shape, 'root.json'),
    SLIPWAY_AGENT_DIRECTORY: shape.data.agent(host),
    SLIPWAY_INSTANCE_PORTS: `${first}-${first + instancePortsPerHost - 1}`,
    // All hosts of the embedded stack share one disk, which need not be large.
    SLIPWAY_RESERVE_BYTES: String(64 * 1024 * 1024),
  });
  return { name: `agent-${host}`, entry, command, readyUrl: null };
}

function program(
  shape: StackShape,
  name: string,
  entry: string,
  readyUrl: string | null,
  env: Readonly<Record<string, string>>,
): Program {
  const telemetry = ['--import', './infra/telemetry/register.ts'];
  return {
    name,
    entry,
    readyUrl,
    command: nodeCommand(shape, name, [...telemetry, entry], { SLIPWAY_PROGRAM: name, ...env }),
  };
}

/** What somebody who runs `npm start` may say; all else that programs read is set here. */
export const ofOperator = [
  'SLIPWAY_BREAK_GLASS',
  'SLIPWAY_COMMIT_URL',
  'SLIPWAY_FLEET_MAX_DEPLOYMENTS',
  'SLIPWAY_FLEET_MAX_PER_REGION',
  'SLIPWAY_GIT_CREDENTIALS',
  'SLIPWAY_GIT_PROTOCOLS',
  'SLIPWAY_HOST_CERTIFICATE_DAYS',
  'SLIPWAY_PROMETHEUS_TOKEN_FILE',
  'SLIPWAY_PROMETHEUS_URL',
  'SLIPWAY_SECRETS_COMMAND',
  'SLIPWAY_SECRETS_FOLDER',
  'SLIPWAY_TRACE_URL',
];

/** MB. Two dozen programs share this machine, and none is busy enough to be slowed by more frequent small collections. */
const youngGeneration = '--max-semi-space-size=2';
/** MB. A poll that is held open outlives a small one: of thousands each collection would copy what waits. */
const youngOfGateway = '--max-semi-space-size=16';

function nodeCommand(
  shape: StackShape,
  title: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): ServerCommand {
  const passedOn = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'NODE_COMPILE_CACHE', 'SLIPWAY_LOG_LEVEL', ...ofOperator];
  const telemetry = Object.keys(process.env).filter((name) => name.startsWith('OTEL_'));
  const inherited = [...passedOn, ...telemetry].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    title,
    file: process.execPath,
    args: ['--disable-warning=ExperimentalWarning', youngGeneration, ...args],
    env: { ...Object.fromEntries(inherited), SLIPWAY_DATA: shape.data.root, ...env },
    cwd: shape.projectRoot,
    stopSignal: 'SIGTERM',
  };
}

const central = (shape: StackShape): Record<string, string> => ({
  SLIPWAY_CENTRAL_DATABASE_URL: databaseUrl(shape, centralDatabase),
});
const temporal = ({ addresses, data }: StackShape): Record<string, string> => ({
  SLIPWAY_TEMPORAL_ADDRESS: `127.0.0.1:${addresses.temporal}`,
  SLIPWAY_TEMPORAL_NAMESPACE: temporalNamespace(data),
});
const key = ({ data }: StackShape, name: string): string => path.join(data.keys, name);
