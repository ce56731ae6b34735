/** A service that is well everywhere, or everywhere but in one region. */
export interface SceneVersion {
  readonly service: string;
  /** The first is the canary, if there are more. */
  readonly regions: readonly string[];
  readonly greeting: string;
  /** Nobody has to agree. */
  readonly isTrusted?: boolean;
  readonly failsIn?: string;
}

/** Path → content of its whole repository. */
export const sceneFiles = (version: SceneVersion): Readonly<Record<string, string>> => ({
  'slipway.yaml': spec(version),
  'server.mjs': server(version),
});

const server = ({ greeting, failsIn = '' }: SceneVersion): string => `import { createServer } from 'node:http';

const { PORT, SLIPWAY_HOST } = process.env;
const isWell = ${failsIn === ''} || !SLIPWAY_HOST.startsWith('${failsIn}');

createServer((request, response) => {
  if (request.url === '/healthz') return response.writeHead(isWell ? 200 : 500).end();
  console.log('${greeting} to ' + request.headers['user-agent']);
  response.end('${greeting} from ' + SLIPWAY_HOST);
}).listen(Number(PORT), '127.0.0.1');
`;

/** A host that is silent is waited for: a scene stands still for as long as one of its hosts does. */
function spec({ service, regions, isTrusted = false }: SceneVersion): string {
  const [canary, ...world] = regions;
  return `service: ${service}
build: { run: mkdir -p dist && cp server.mjs dist/, output: dist, timeout: 1m }
run: { command: [node, server.mjs], on: { role: web } }
health: { http: /healthz, startPeriod: 15s, interval: 250ms, healthyAfter: 2, unhealthyAfter: 2 }
${isTrusted ? '' : 'approve: { quorum: 1, roles: [release-owner], expires: 4h }\n'}rollout:
  absentAfter: 10m
  undoDeadline: 10m
  stages:
    - { name: canary, regions: [${canary}], batches: [1, 100%] }
    - { name: world, regions: [${world.join(', ')}], batches: [50%, 100%] }
  budget: { failed: 5%, cap: 50 }
rollback: { automatic: true, lockAfter: true }
`;
}
