import type { RequestHandler } from 'express';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

export interface GatewayMetrics {
  readonly contentType: string;
  render(): Promise<string>;
  /** Counts and times each request by its route, never by a path that a caller chose. */
  readonly timed: RequestHandler;
  readonly switches: { inc(): void };
  readonly servedBytes: { inc(bytes: number): void };
  readonly refusedHost: (because: string) => void;
  readonly issued: (what: string) => void;
  readonly shed: (what: string) => void;
  readonly askedSecrets: (outcome: string) => void;
  /** A host asked for files that are not for it. */
  readonly withheld: () => void;
  /** From a goal's signature until a host that waited was given it; in ms. */
  readonly goalGiven: (tookMs: number) => void;
}

/** Of the usual ones: they look at each handle and descriptor, which of 20,000 connections holds up everybody. */
const perConnection = [
  'nodejs_active_handles',
  'nodejs_active_handles_total',
  'nodejs_active_resources',
  'nodejs_active_resources_total',
  'process_open_fds',
];

/** What an operator wants to know of a gateway; gauges are read when they are asked for. */
export function createGatewayMetrics(state: {
  readonly openPolls: () => number;
  readonly goals: () => number;
  readonly connections: () => number;
  readonly shutOut: () => number;
  /** Of the goal index that is offered; null while none is. */
  readonly indexIssuedAtMs: () => number | null;
  readonly staleIndexHosts: () => number;
  readonly wrongClockHosts: () => number;
}): GatewayMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  for (const name of perConnection) registry.removeSingleMetric(name);
  /** Left out while there is nothing to tell. */
  const gauge = (name: string, help: string, read: () => number | null): void =>
    void new Gauge({
      name,
      help,
      registers,
      collect() {
        const value = read();
        if (value === null) this.remove();
        else this.set(value);
      },
    });
  gauge('slipway_gateway_open_polls', 'Hosts that wait for a goal', state.openPolls);
  gauge('slipway_gateway_goals', 'Goals that are offered', state.goals);
  gauge('slipway_gateway_host_connections', 'Connections of hosts that were let in', state.connections);
  gauge('slipway_gateway_shut_out_hosts', 'Hosts that are revoked or quarantined', state.shutOut);
  gauge('slipway_gateway_index_age_seconds', 'Since the goal index that is offered was signed', () => {
    const issuedAtMs = state.indexIssuedAtMs();
    return issuedAtMs === null ? null : (Date.now() - issuedAtMs) / 1_000;
  });
  gauge(
    'slipway_gateway_stale_index_hosts',
    'Hosts that report, and for five minutes have had an older goal index than was offered to them',
    state.staleIndexHosts,
  );
  gauge(
    'slipway_gateway_wrong_clock_hosts',
    "Hosts that report, and whose clocks are more than five minutes from this gateway's",
    state.wrongClockHosts,
  );
  const refused = new Counter({
    name: 'slipway_gateway_refused_hosts_total',
    help: 'Requests of hosts that were not let in, by problem',
    labelNames: ['because'],
    registers,
  });
  const issued = new Counter({
    name: 'slipway_gateway_certificates_total',
    help: 'Certificates given to hosts',
    labelNames: ['what'],
    registers,
  });
  const shed = new Counter({
    name: 'slipway_gateway_shed_requests_total',
    help: 'Requests that were refused because the gateway was at its limit',
    labelNames: ['what'],
    registers,
  });
  const secrets = new Counter({
    name: 'slipway_gateway_secret_requests_total',
    help: 'Requests of hosts for secrets, by outcome',
    labelNames: ['outcome'],
    registers,
  });
  const withheld = new Counter({
    name: 'slipway_gateway_withheld_files_total',
    help: 'Requests of hosts for files of releases whose services are not placed on them',
    registers,
  });
  const given = new Histogram({
    name: 'slipway_gateway_goal_seconds',
    help: "From a goal's signature until a host that waited, and that it asks for something, was given it",
    buckets: [0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 4, 5, 7.5, 10, 20, 60],
    registers,
  });
  const requests = new Histogram({
    name: 'slipway_gateway_request_seconds',
    help: 'Time to the end of an answer; polls are held open on purpose',
    labelNames: ['route', 'status'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 60],
    registers,
  });
  return {
    contentType: registry.contentType,
    render: () => registry.metrics(),
    switches: new Counter({ name: 'slipway_gateway_switches_total', help: 'Switches that hosts reported', registers }),
    servedBytes: new Counter({
      name: 'slipway_gateway_served_bytes_total',
      help: 'Bytes of releases given to hosts',
      registers,
    }),
    refusedHost: (because) => refused.inc({ because }),
    issued: (what) => issued.inc({ what }),
    shed: (what) => shed.inc({ what }),
    askedSecrets: (outcome) => secrets.inc({ outcome }),
    withheld: () => withheld.inc(),
    goalGiven: (tookMs) => given.observe(tookMs / 1_000),
    timed(request, response, next) {
      const stop = requests.startTimer();
      response.once('close', () => {
        const { path } = (request.route ?? { path: 'none' }) as { path: string };
        stop({ route: path, status: response.statusCode });
      });
      next();
    },
  };
}
