import { renewAtMs } from '../../domain/host-identity/certificate-life.ts';
import type { Digest } from '../../domain/names.ts';
import { renewalShare } from '../../protocol/host-identity.ts';
import { backoffMs } from '../gateway/backoff.ts';
import { openBell, type Bell } from '../gateway/bell.ts';
import type { GatewayAccess } from '../gateway/gateway-access.ts';
import type { GatewayTrust } from '../gateway/gateway-connection.ts';
import { GatewayError } from '../gateway/gateway-error.ts';
import type { Log } from '../log.ts';
import type { CertificateSource } from './ask-certificate.ts';
import { keptOut, openChoice, type Choice } from './choose-identity.ts';
import { certified, enroll } from './enroll-host.ts';
import { lifeOf, newHostKey, type IdentityFiles, type OwnName } from './identity-files.ts';
import { rereadIdentity, type Reread } from './reread-identity.ts';
import { tidyIdentity } from './tidy-identity.ts';

export interface IdentityOptions {
  readonly own: OwnName;
  readonly trust: GatewayTrust;
  readonly files: IdentityFiles;
  readonly source: CertificateSource;
  readonly enrolmentTokenFile: string | undefined;
  readonly machine: Digest | null;
  /** So long what could not be read is tried again before a token is shown. */
  readonly unreadForMs?: number;
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
const longestWaitMs = 3_600_000;
/** Less is the way of an answer. */
const noticedOffsetMs = 60_000;

/**
 * Sees to it that this host has a certificate: enrols it with a token when it has none, renews it long before its end, and
 * by proof of its key after the end. What can't be had now is tried again for ever; services run on meanwhile.
 */
export async function keepIdentity(options: IdentityOptions): Promise<KeptIdentity> {
  const { trust, files, signal, log, enrolmentTokenFile } = options;
  const bell = openBell(signal);
  await tidyIdentity(files).catch((error: Error) => log.warn('the identity was not tidied', { reason: error.message }));
  const choice = await openChoice(files, signal, bell.ring);
  const clock: Clock = { offsetMs: 0, renewedAt: Number.NEGATIVE_INFINITY };
  const reread = rereadIdentity(options, choice, () => {
    bell.ring();
    if (choice.current() === null && enrolmentTokenFile === undefined)
      log.error('this host has no certificate: give it an enrolment token (SLIPWAY_ENROLMENT_TOKEN_FILE)', {});
  });
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
    done: Promise.all([keep(options, choice, clock, reread, bell), reread.done]).then(() => undefined),
  };
}

interface Clock {
  /** Of the gateway's clock against this host's. */
  offsetMs: number;
  /** By the monotonic clock. */
  renewedAt: number;
}

async function keep(options: IdentityOptions, choice: Choice, clock: Clock, reread: Reread, bell: Bell): Promise<void> {
  const { log, signal } = options;
  const refused = new Set<Digest>();
  for (let failures = 0; !signal.aborted;) {
    try {
      await choice.settle();
      if (choice.needsToken() && reread.tokenInMs() === 0) await enroll(options, choice, refused);
      // Also a host that is kept out: it may have been released since, and its polls only say that its certificate has ended.
      if (choice.wish() !== 'enroll' && dueInMs(options.own, choice, clock) <= 0) await renew(options, choice, clock);
      failures = 0;
      await bell.wait(waitMs(options.own, choice, clock, reread));
    } catch (error) {
      if (signal.aborted) return;
      failures += 1;
      log.warn('no certificate could be had', { reason: (error as Error).message });
      const retryAfterMs = error instanceof GatewayError ? error.retryAfterMs : 0;
      await bell.pause(backoffMs({ failures, reportEveryMs: 0, retryAfterMs, random: Math.random() }));
    }
  }
}

const waitMs = (own: OwnName, choice: Choice, clock: Clock, reread: Reread): number =>
  choice.wish() === 'enroll' ? reread.tokenInMs() || lookEveryMs : dueInMs(own, choice, clock);

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
