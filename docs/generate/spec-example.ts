import { parse } from 'yaml';

/** A spec that uses every field: the source of the examples beside each. */
export const specExample = `service: checkout
build:
  run: npm ci && npm run build
  output: dist
  timeout: 10m
checks:
  run: npm test
  timeout: 5m
  require: [ci/lint, ci/unit]
  within: 30m
run:
  command: [node, server.js]
  on: { role: web }
  env: { LOG: info }
  secrets:
    env: { DB_URL: db-url }
    files: { tls.key: tls-key }
  restart: overlap
  stop: { signal: SIGTERM, grace: 30s }
  drain: { command: [./leave-balancer], delay: 5s, timeout: 10s }
  user: web
  umask: '027'
  workingDirectory: app
  drift: report
  limits: { memory: 512MiB, cpus: 1.5, processes: 200, files: 4096 }
health:
  http: /healthz
  startPeriod: 10s
  interval: 2s
  timeout: 1s
  healthyAfter: 3
  unhealthyAfter: 2
approve:
  quorum: 2
  roles: [release-owner]
  teams: [payments]
  among: [{ quorum: 1, roles: [release-owner], teams: [security] }]
  expires: 4h
  breakGlass: two-persons
hooks:
  before:
    - { run: ./migrate expand, timeout: 5m, mayStay: true }
    - { run: ./migrate up, undo: ./migrate down, destructive: true }
  after:
    - { run: ./announce, undo: ./announce --withdraw }
  region:
    before: [{ run: ./drain.sh, undo: ./fill.sh }]
    after: [{ run: ./fill.sh, mayStay: true }]
compatibleWith: previous
rollout:
  stages:
    - name: canary
      regions: [eu-west]
      batches: [1, 100%]
      bake: 2m
      metrics:
        - name: errors
          promql: 'error_rate{service="$service", region="$region"}'
          min: 0
          max: 0.01
          for: 1m
          every: 15s
          samples: 3
    - name: world
      regions: [us-east, us-west]
      batches: [1, 5%, 25%, 100%]
      approve:
        quorum: 2
        roles: [release-owner]
        teams: [payments]
        among: [{ quorum: 1, roles: [operator], teams: [payments] }]
        expires: 8h
        breakGlass: never
  budget: { failed: 5%, cap: 50 }
  batchTimeout: 10m
  absentAfter: 3m
  undoDeadline: 2m
  window: { days: [mon, tue, wed, thu], from: '09:00', to: '17:00', timeZone: Europe/Berlin }
  verify:
    run: ./smoke.sh
    timeout: 1m
    metrics:
      - name: latency
        promql: 'max(latency_seconds{service="$service"})'
        min: 0
        max: 0.3
        for: 2m
        every: 30s
        samples: 4
rollback:
  automatic: true
  lockAfter: true
`;

/** What can't stand in the example, because something else does in its place. */
const alternatives: Readonly<Record<string, unknown>> = {
  'health.tcp': true,
  'health.command': ['./check', '--quick'],
  'health.process': true,
};

/** What the example has at a path such as `rollout.stages[].name`, in the first item that has it; `undefined` when it has nothing there. */
export function exampleAt(path: string): unknown {
  const first = (value: unknown): unknown =>
    Array.isArray(value) ? (Object.assign({}, ...value.toReversed()) as unknown) : undefined;
  if (path in alternatives) return alternatives[path];
  return path.split('.').reduce<unknown>((value, part) => {
    const inside = (value as Record<string, unknown> | undefined)?.[part.replace('[]', '')];
    return part.endsWith('[]') ? first(inside) : inside;
  }, parse(specExample));
}
