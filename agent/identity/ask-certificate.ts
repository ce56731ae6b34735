import http from 'node:http';
import type { KeyObject } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import type { Digest } from '../../domain/names.ts';
import {
  bindingBytes,
  bindingLabel,
  certificateAnswerSchema,
  proveKey,
  spkiOf,
  type EnrollRequest,
  type KeyClaim,
  type RenewRequest,
} from '../../protocol/host-identity.ts';
import { connectToGateway, type GatewayTrust } from '../gateway/gateway-connection.ts';
import { GatewayError } from '../gateway/gateway-error.ts';
import { readWhole } from '../gateway/read-body.ts';
import { readProblem } from '../gateway/read-problem.ts';
import type { OwnName } from './identity-files.ts';

/** Asks the gateway for certificates, PEM. Both throw GatewayError. */
export interface CertificateSource {
  enroll(token: string, key: KeyObject, machine: Digest | null, signal: AbortSignal): Promise<string>;
  renew(key: KeyObject, nextKey: KeyObject, signal: AbortSignal): Promise<string>;
}

const answerTimeoutMs = 10_000;
const limits = { maxBytes: 16 * 1024, idleTimeoutMs: answerTimeoutMs, totalTimeoutMs: answerTimeoutMs };

export function connectCertificateSource(url: URL, trust: GatewayTrust, { host, region }: OwnName): CertificateSource {
  const claimOn = (socket: TLSSocket, what: KeyClaim['what'], keys: readonly string[]): KeyClaim => ({
    what,
    region,
    host,
    keys,
    binding: socket.exportKeyingMaterial(bindingBytes, bindingLabel, Buffer.alloc(0)),
  });
  return {
    enroll: (token, own, machine, signal) =>
      ask(url, trust, '/v1/enroll', signal, (socket): EnrollRequest => {
        const key = spkiOf(own);
        return { token, host, key, proof: proveKey(claimOn(socket, 'enroll', [key]), own), machine };
      }),
    renew: (own, next, signal) =>
      ask(url, trust, '/v1/renew', signal, (socket): RenewRequest => {
        const [key, nextKey] = [spkiOf(own), spkiOf(next)];
        const claim = claimOn(socket, 'renew', [key, nextKey]);
        return { host, key, proof: proveKey(claim, own), nextKey, nextProof: proveKey(claim, next) };
      }),
  };
}

/** One request on a connection of its own: the proof is good on that one only. */
async function ask(
  url: URL,
  trust: GatewayTrust,
  path: string,
  signal: AbortSignal,
  bodyOn: (socket: TLSSocket) => object,
): Promise<string> {
  signal.throwIfAborted();
  const socket = await connectToGateway(url, trust, null);
  try {
    const text = await exchange(url, path, socket, JSON.stringify(bodyOn(socket)), signal);
    return certificateAnswerSchema.parse(JSON.parse(text)).certificate;
  } catch (error) {
    throw error instanceof GatewayError || signal.aborted ? error : new GatewayError((error as Error).message);
  } finally {
    socket.destroy();
  }
}

function exchange(url: URL, path: string, socket: TLSSocket, body: string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = http.request({
      method: 'POST',
      path,
      createConnection: () => socket,
      headers: {
        host: url.host,
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(body)),
        connection: 'close',
      },
      signal: AbortSignal.any([signal, AbortSignal.timeout(answerTimeoutMs)]),
    });
    request.once('response', (response) => {
      if (response.statusCode !== 200) return void readProblem(path, response).then(reject, reject);
      return void readWhole(response, { ...limits, signal }).then((bytes) => resolve(bytes.toString('utf8')), reject);
    });
    request.once('error', reject);
    request.end(body);
  });
}
