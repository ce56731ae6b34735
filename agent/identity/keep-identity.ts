import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { renewAtMs } from '../../domain/host-identity/certificate-life.ts';
import type { Digest } from '../../domain/names.ts';
import { digestOf } from '../../protocol/digest.ts';
import { regionOfToken, renewalShare } from '../../protocol/host-identity.ts';
import { hasCode } from '../durable-files.ts';
import { backoffMs } from '../gateway/backoff.ts';
import { openBell, type Bell } from '../gateway/bell.ts';
import type { GatewayAccess } from '../gateway/gateway-access.ts';
import type { GatewayTrust } from '../gateway/gateway-connection.ts';
import { GatewayError } from '../gateway/gateway-error.ts';
import type { Log } from '../log.ts';
import type { CertificateSource } from './ask-certificate.ts';
import { keptOut, openChoice, type Choice } from './choose-identity.ts';
import { lifeOf, newHostKey, type HostKey, type IdentityFiles, type OwnName } from './identity-files.ts';
import { tidyIdentity } from './tidy-identity.ts';

export interface IdentityOptions {
  readonly own: OwnName;
  readonly trust: GatewayTrust;
  readonly files: IdentityFiles;
  readonly source: CertificateSource;
  readonly enrolmentTokenFile: string | undefined;
  readonly machine: Digest | null;
  readonly log: Log;
  readonly signal: AbortSignal;
}

export interface KeptIdentity extends GatewayAccess {
  /** What the gateway's clock says: certificates are dated by it, and this host's may be off. */
  heardTime(gatewayNowMs: number): void;
  /** Resolves when the signal has aborted. */
  readonly done: Promise<void>;
}

/** How often a token that may come is looked for. */
const lookEveryMs = 5_000;
/** What a host lacks mostly is over in a moment, and until then nobody hears it. */
const readAgainMs = 1_000;
const longestWaitMs = 3_600_000;
/** Less is the way of an answer. */
const noticedOffsetMs = 60_000;

/**
 * Sees to it that this host has a certificate: enrols it with a token when it has none, renews it long before its end, and
 * by proof of its key after the end. What can't be had now is tried again for ever; services run on meanwhile.
 */
export async function keepIdentity(options: IdentityOptions): Promise<KeptIdentity> {
  const { trust, files, signal, log } = options;
  const bell = openBell(signal);
  await tidyIdentity(files).catch((error: Error) => log.warn('the identity was not tidied', { reason: error.message }));
  const choice = await openChoice(files, signal, bell.ring);
  const clock: Clock = { offsetMs: 0, renewedAt: Number.NEGATIVE_INFINITY };
  if (choice.unread() !== null)
    log.error('the identity could not be read, and is tried again', { reason: choice.unread()!.message });
  else if (choice.current() === null && options.enrolmentTokenFile === undefined)
    log.error('this host has no certificate: give it an enrolment token (SLIPWAY_ENROLMENT_TOKEN_FILE)', {});
  return {
    trust,
    identity: choice.identity,
    answered(shown, problem) {
      if (problem !== null && keptOut.has(problem) && choice.isCurrent(shown))
        log.warn('the gateway keeps this host out', { problem });
      choice.answered(shown, problem);
    },
    heardTime(gatewayNowMs) {
      const offsetMs = gatewayNowMs - Date.now();
      if (Math.abs(offsetMs - clock.offsetMs) > noticedOffsetMs) bell.ring();
      clock.offsetMs = offsetMs;
    },
    done: keep(options, choice, clock, bell),
  };
}

interface Clock {
  /** Of the gateway's clock against this host's. */
  offsetMs: number;
  /** By the monotonic clock. */
  renewedAt: number;
}

async function keep(options: IdentityOptions, choice: Choice, clock: Clock, bell: Bell): Promise<void> {
  const { log, signal } = options;
  const refused = new Set<Digest>();
  for (let failures = 0; !signal.aborted;) {
    try {
      await choice.settle();
      await readAgain(choice, log);
      if (choice.needsToken()) await enroll(options, choice, refused);
      // Also a host that is kept out: it may have been released since, and its polls only say that its certificate has ended.
      if (choice.wish() !== 'enroll' && dueInMs(options.own, choice, clock) <= 0) await renew(options, choice, clock);
      failures = 0;
      await bell.wait(waitMs(options.own, choice, clock));
    } catch (error) {
      if (signal.aborted) return;
      failures += 1;
      log.warn('no certificate could be had', { reason: (error as Error).message });
      const retryAfterMs = error instanceof GatewayError ? error.retryAfterMs : 0;
      await bell.pause(backoffMs({ failures, reportEveryMs: 0, retryAfterMs, random: Math.random() }));
    }
  }
}

function waitMs(own: OwnName, choice: Choice, clock: Clock): number {
  if (choice.unread() !== null) return readAgainMs;
  return choice.wish() === 'enroll' ? lookEveryMs : dueInMs(own, choice, clock);
}

/** A token helps meanwhile: a disk that is ill may never give the files back, and what is enrolled takes their place. */
async function readAgain(choice: Choice, log: Log): Promise<void> {
  if (choice.unread() === null) return;
  const isRead = await choice.readAgain().then(
    () => true,
    () => false,
  );
  if (isRead) log.info('the identity was read', {});
}

/** Until the certificate is to be renewed. */
function dueInMs({ host }: OwnName, choice: Choice, clock: Clock): number {
  const certificate = choice.current()?.certificate;
  if (certificate === undefined || certificate === null) return longestWaitMs;
  if (choice.wish() === 'renew') return 0;
  const life = lifeOf(certificate);
  const byDateMs = renewAtMs(life, renewalShare(host)) - (Date.now() + clock.offsetMs);
  // A clock that is off must not make it renew all the time.
  const sinceLastMs = clock.renewedAt + (life.notAfterMs - life.notBeforeMs) / 10 - performance.now();
  return Math.min(Math.max(byDateMs, sinceLastMs), longestWaitMs);
}

async function renew({ source, files, log, signal }: IdentityOptions, choice: Choice, clock: Clock): Promise<void> {
  const held = choice.current()!;
  const next = newHostKey(held.token);
  try {
    const certificate = await source.renew(held.key, next.key, signal);
    const renewed = certified(next, certificate);
    await files.write('next', renewed);
    choice.take('next', renewed);
    clock.renewedAt = performance.now();
    log.info('the certificate was renewed', { until: new Date(lifeOf(certificate).notAfterMs).toISOString() });
  } catch (error) {
    const problem = error instanceof GatewayError ? error.problem : null;
    if (problem !== null) choice.refusedKey(held, problem);
    throw error;
  }
}

/** Does nothing while there is no token that wasn't tried. */
async function enroll(options: IdentityOptions, choice: Choice, refused: Set<Digest>): Promise<void> {
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
function certified(asked: HostKey, certificate: string): HostKey {
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
