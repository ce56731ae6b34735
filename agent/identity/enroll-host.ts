import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Digest } from '../../domain/names.ts';
import { digestOf } from '../../protocol/digest.ts';
import { regionOfToken } from '../../protocol/host-identity.ts';
import { hasCode } from '../durable-files.ts';
import { GatewayError } from '../gateway/gateway-error.ts';
import type { Choice } from './choose-identity.ts';
import { newHostKey, type HostKey, type IdentityFiles } from './identity-files.ts';
import type { IdentityOptions } from './keep-identity.ts';

/** Does nothing while there is no token that wasn't tried. */
export async function enroll(options: IdentityOptions, choice: Choice, refused: Set<Digest>): Promise<void> {
  const { own, source, files, machine, log, signal } = options;
  const text = await readToken(options.enrolmentTokenFile);
  if (text === null) return;
  const token = digestOf(text);
  if (refused.has(token) || choice.current()?.token === token) return;
  const its = regionOfToken(text);
  if (its !== own.region) {
    refused.add(token);
    log.error(its === null ? 'that is no enrolment token' : 'the enrolment token is for another region', {
      region: its,
    });
    return;
  }
  const asked = await keyForToken(files, token);
  try {
    const enrolled = certified(asked, await source.enroll(text, asked.key, machine, signal));
    await files.write('host', enrolled);
    for (const role of ['next', 'former', 'enrolling'] as const) await files.remove(role);
    choice.take('host', enrolled);
    log.info('this host was enrolled', { host: own.host, region: own.region });
  } catch (error) {
    if (!(error instanceof GatewayError) || !isFinal(error)) throw error;
    refused.add(token);
    log.error('the enrolment token was refused: this host needs another', { reason: error.message });
  }
}

const isFinal = ({ problem }: GatewayError): boolean =>
  problem === 'enrolment-refused' || problem === 'invalid-request';

/** The same key for the same token, over restarts too: an answer that was lost is given again to it only. */
async function keyForToken(files: IdentityFiles, token: Digest): Promise<HostKey> {
  const before = await files.read('enrolling');
  if (before?.token === token) return before;
  const made = newHostKey(token);
  await files.write('enrolling', made);
  return made;
}

/** @throws GatewayError for a certificate of another key */
export function certified(asked: HostKey, certificate: string): HostKey {
  if (!new X509Certificate(certificate).checkPrivateKey(asked.key))
    throw new GatewayError('the certificate that was given is of another key');
  return { ...asked, certificate };
}

async function readToken(file: string | undefined): Promise<string | null> {
  if (file === undefined) return null;
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return '';
    throw error;
  });
  return text.trim() === '' ? null : text.trim();
}
