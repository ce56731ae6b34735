/** The sample service: one file of plain Node, so that the demonstration needs no registry. */
export interface SampleVersion {
  /** What it answers. */
  readonly greeting: string;
  /** Status of /healthz. */
  readonly health: 200 | 500;
}

/** Whatever a person wants it to answer. */
const inTemplate = (text: string): string => text.replaceAll(/[`\\$]/g, '\\$&');

const server = ({ greeting, health }: SampleVersion): string => `import { createServer } from 'node:http';

const { PORT, SLIPWAY_RELEASE, SLIPWAY_HOST } = process.env;

createServer((request, response) => {
  if (request.url === '/healthz') return response.writeHead(${health}).end();
  response.end(\`${inTemplate(greeting)} from \${SLIPWAY_HOST}, running \${SLIPWAY_RELEASE}\\n\`);
}).listen(Number(PORT), '127.0.0.1');
`;

/**
 * One region first, then all others; batches of one host, half and all. A host may be silent for as long as a busy laptop
 * takes to start the last agent after the first: seven seconds were seen, after a kill of everything on two cores with four
 * other programs on them.
 */
const spec = (regions: readonly string[]): string => {
  const [canary, ...world] = regions;
  const worldStage =
    world.length === 0
      ? ''
      : `
    - { name: world, regions: [${world.join(', ')}], batches: [50%, 100%] }`;
  return `service: checkout
build: { run: mkdir -p dist && cp server.mjs dist/, output: dist, timeout: 1m }
run: { command: [node, server.mjs], on: { role: web } }
health: { http: /healthz, startPeriod: 5s, interval: 250ms, healthyAfter: 2, unhealthyAfter: 2 }
approve: { quorum: 1, roles: [release-owner], expires: 1h }
rollout:
  absentAfter: 15s
  stages:
    - { name: canary, regions: [${canary}], batches: [1, 100%] }${worldStage}
  budget: { failed: 5%, cap: 50 }
rollback: { automatic: true, lockAfter: true }
`;
};

/** What the service is made of. */
export const programFiles = (version: SampleVersion): Readonly<Record<string, string>> => ({
  'server.mjs': server(version),
});

/** Path → content of the whole repository. */
export const sampleFiles = (version: SampleVersion, regions: readonly string[]): Readonly<Record<string, string>> => ({
  'slipway.yaml': spec(regions),
  ...programFiles(version),
});
