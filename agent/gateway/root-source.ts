import http from 'node:http';
import type { RegionName } from '../../domain/names.ts';
import { envelopeSchema, type Envelope } from '../../protocol/dsse.ts';
import { connectToGateway } from './gateway-connection.ts';
import { GatewayError } from './gateway-error.ts';
import { readWhole } from './read-body.ts';
import { readProblem } from './read-problem.ts';

/** One version of the root document, from whoever answers: it is verified by the version before it. @throws GatewayError */
export type RootSource = (version: number, signal: AbortSignal) => Promise<Envelope>;

const answerTimeoutMs = 10_000;
/** A hundred regions with their authorities, and a thousand revoked releases. */
const limits = { maxBytes: 1024 * 1024, idleTimeoutMs: answerTimeoutMs, totalTimeoutMs: 60_000 };

/**
 * Over a connection of its own, on which nobody is trusted and nothing is shown: a gateway whose authority is new could not
 * prove itself to a host that has yet to hear of that.
 */
export const connectRootSource =
  (url: URL, region: RegionName): RootSource =>
  async (version, signal) => {
    const socket = await connectToGateway(url, { region, authorities: [], anybody: true }, null);
    try {
      const request = http.get({
        path: `/v1/roots/${version}`,
        createConnection: () => socket,
        headers: { host: url.host, connection: 'close' },
        signal: AbortSignal.any([signal, AbortSignal.timeout(answerTimeoutMs)]),
      });
      const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
        request.once('response', resolve).once('error', reject);
      });
      if (response.statusCode !== 200) throw await readProblem(request.path, response);
      return envelopeSchema.parse(JSON.parse((await readWhole(response, { ...limits, signal })).toString('utf8')));
    } catch (error) {
      throw error instanceof GatewayError || signal.aborted ? error : new GatewayError((error as Error).message);
    } finally {
      socket.destroy();
    }
  };
