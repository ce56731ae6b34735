import type { ShownIdentity } from '../../agent/gateway/gateway-connection.ts';
import type { PollRequest, PollResponse, ReportBatch } from '../../protocol/gateway.ts';
import { distributionOf, type Distribution } from '../frame/distribution.ts';
import type { FleetGateway } from '../fleet/gateways.ts';
import { gatewayFigures } from '../fleet/gateway-figures.ts';
import { openHostConnection, type HostConnection } from '../../test/host-connection.ts';

export interface PollFigures {
  /** Goals of the host. */
  readonly services: number;
  /** The first answer, to a host that knows no goal. */
  readonly firstBytes: number;
  readonly firstMs: number;
  /** At rest: it says what it has and how it stands, and nothing is new. */
  readonly askedBytes: number;
  readonly answeredBytes: number;
  readonly took: Distribution;
  /** Of the gateway, a poll. */
  readonly gatewayCpuMs: number;
}

type Ask = (
  request: PollRequest,
) => Promise<{ readonly answer: PollResponse; readonly bytes: number; readonly ms: number }>;

/** Polls of one host, one after the other on its connection, none held open. */
export async function measurePolls(gateway: FleetGateway, shown: ShownIdentity, polls: number): Promise<PollFigures> {
  const connection = openHostConnection(gateway.url.origin, shown);
  const ask: Ask = (request) => post(connection, JSON.stringify(request));
  try {
    const first = await ask({ known: [], waitMs: 0 });
    const { labels } = first.answer;
    const known = first.answer.goals.map(({ service, etag }) => ({ service, etag }));
    const resting = (): PollRequest => ({
      known,
      waitMs: 0,
      here: { labels, maintenance: false },
      report: reportOn(first.answer),
    });
    await ask(resting());
    const before = await gatewayFigures([gateway]);
    const took: number[] = [];
    let bytes = 0;
    for (let poll = 0; poll < polls; poll++) {
      const answered = await ask(resting());
      if (answered.answer.goals.length > 0) throw new Error('a host at rest was given a goal');
      took.push(answered.ms);
      bytes = answered.bytes;
    }
    const after = await gatewayFigures([gateway]);
    return {
      services: known.length,
      firstBytes: first.bytes,
      firstMs: Math.round(first.ms),
      askedBytes: JSON.stringify(resting()).length,
      answeredBytes: bytes,
      took: distributionOf(took),
      gatewayCpuMs: Math.round(((after.cpuSeconds - before.cpuSeconds) / polls) * 1e5) / 100,
    };
  } finally {
    connection.close();
  }
}

let sequence = 0;
const reportOn = ({ goals }: PollResponse): ReportBatch => ({
  sequence: ++sequence,
  bootId: 'boot',
  agentVersion: 'bench',
  services: goals.map(({ service, goal }) => {
    const said = JSON.parse(Buffer.from(goal.payload, 'base64').toString()) as Said;
    return {
      service,
      generation: said.generation as never,
      attempt: said.attempt as never,
      running: said.base?.release.digest as never,
      health: 'healthy',
      state: 'healthy',
      refused: [],
      pinned: false,
      maintenance: false,
      instance: { pid: 1, startTime: '1', bootId: 'boot' },
      reason: null,
      trace: null,
    };
  }),
});

interface Said {
  readonly generation: number;
  readonly attempt: object;
  readonly base: { readonly release: { readonly digest: string } } | null;
}

async function post(connection: HostConnection, body: string): ReturnType<Ask> {
  const startedAt = performance.now();
  const { status, body: answer } = await connection.post('/v1/poll', body);
  const ms = performance.now() - startedAt;
  if (status !== 200) throw new Error(`a poll was answered ${status}: ${answer}`);
  return { answer: JSON.parse(answer) as PollResponse, bytes: answer.length, ms };
}
