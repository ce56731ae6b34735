import express, { Router, type Request } from 'express';
import type { KeyObject } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { lifeFrom } from '../../../domain/host-identity/certificate-life.ts';
import type { HostId } from '../../../domain/names.ts';
import type { CertificateAuthority } from '../../../infra/keys/certificate-authority.ts';
import {
  bindingBytes,
  bindingLabel,
  enrollRequestSchema,
  hostKey,
  isProof,
  keyDigest,
  regionOfToken,
  renewRequestSchema,
  type CertificateAnswer,
  type EnrollRequest,
  type KeyClaim,
  type RenewRequest,
} from '../../../protocol/host-identity.ts';
import { parsedBody } from '../../http/parsed-body.ts';
import { ProblemError } from '../../http/problem-error.ts';
import { refusal, quarantine, type IdentityParts } from './certificate-identity.ts';
import { fewAtOnce } from './few-at-once.ts';

export interface IssuingParts extends IdentityParts {
  readonly authority: CertificateAuthority;
  readonly certificateLifeMs: number;
  /** Counts certificates that were given. */
  readonly onIssued: (what: KeyClaim['what']) => void;
  /** Counts who was told to come again. */
  readonly onShed: (what: KeyClaim['what']) => void;
}

const maxBodyBytes = 4 * 1024;

/**
 * Whoever reaches the gateway may ask, without a certificate, and each ask is a transaction: of the ten connections to the
 * database most are left to hosts that are served. Who waits is answered before an agent has given up (10 s), the database's own
 * five seconds (a connection of its pool) included; each that is sent away costs another handshake.
 */
const inDatabase = { atOnce: 2, mostWaiting: 200, patienceMs: 3_000 };
const retryAfterSeconds = 2;

/** `POST /v1/enroll` and `/v1/renew`: for hosts that have no valid certificate, by token and by proof of a key. */
export function identityRoutes(given: IssuingParts): Router {
  const router = Router();
  const body = express.json({ limit: maxBodyBytes });
  const parts = { ...given, store: limited(given) };
  router.post('/v1/enroll', body, async (request, response) => {
    response.json(await enroll(parts, parsedBody(enrollRequestSchema, request.body), bindingOf(request)));
  });
  router.post('/v1/renew', body, async (request, response) => {
    response.json(await renew(parts, parsedBody(renewRequestSchema, request.body), bindingOf(request)));
  });
  return router;
}

/** What is asked of it here; all that can be seen without the database was looked at before. */
function limited({ store, onShed }: IssuingParts): IssuingParts['store'] {
  const inTurn = fewAtOnce(inDatabase);
  const refuse = (what: KeyClaim['what']) => (): Error => {
    onShed(what);
    return new ProblemError('unavailable', { detail: 'too many ask for certificates' }, retryAfterSeconds);
  };
  return {
    ...store,
    enroll: (asked) => inTurn(() => store.enroll(asked), refuse('enroll')),
    renew: (asked) => inTurn(() => store.renew(asked), refuse('renew')),
  };
}

const bindingOf = ({ socket }: Request): Buffer =>
  (socket as TLSSocket).exportKeyingMaterial(bindingBytes, bindingLabel, Buffer.alloc(0));

async function enroll(parts: IssuingParts, asked: EnrollRequest, binding: Buffer): Promise<CertificateAnswer> {
  const { authority, store, log } = parts;
  const { token, host, machine } = asked;
  const its = regionOfToken(token);
  if (its !== authority.region)
    throw refusal(parts, 'enrolment-refused', `the token is for region ${its}, this is ${authority.region}`);
  const claim: KeyClaim = { what: 'enroll', region: authority.region, host, keys: [asked.key], binding };
  const key = provenKey(parts, claim, asked.key, asked.proof);
  const life = lifeFrom(Date.now(), parts.certificateLifeMs);
  const digest = keyDigest(key);
  const decision = await store.enroll({ token, host, key: digest, machine, expiresAtMs: life.notAfterMs });
  if (!decision.enroll) {
    log.warn({ host, because: decision.because }, 'an enrolment was refused');
    throw refusal(parts, 'enrolment-refused', decision.because.replaceAll('-', ' '));
  }
  return issue(parts, claim, key, life);
}

async function renew(parts: IssuingParts, asked: RenewRequest, binding: Buffer): Promise<CertificateAnswer> {
  const { authority, store } = parts;
  const { host } = asked;
  const claim: KeyClaim = { what: 'renew', region: authority.region, host, keys: [asked.key, asked.nextKey], binding };
  const key = provenKey(parts, claim, asked.key, asked.proof);
  const next = provenKey(parts, claim, asked.nextKey, asked.nextProof);
  const life = lifeFrom(Date.now(), parts.certificateLifeMs);
  const wanted = { host, key: keyDigest(key), nextKey: keyDigest(next), expiresAtMs: life.notAfterMs };
  const decision = await store.renew(wanted);
  if (!decision.renew) throw await whyNotRenewed(parts, host, decision.because);
  return issue(parts, claim, next, life);
}

/** @throws ProblemError unless the host has shown, on this connection, that the key is its own */
function provenKey(parts: IssuingParts, claim: KeyClaim, spki: string, proof: string): KeyObject {
  const key = hostKey(spki);
  if (key !== null && isProof(claim, proof, key)) return key;
  throw refusal(parts, 'not-enrolled', 'the proof of the key is not good on this connection');
}

async function issue(
  { authority, log, onIssued }: IssuingParts,
  { what, host }: KeyClaim,
  key: KeyObject,
  life: ReturnType<typeof lifeFrom>,
): Promise<CertificateAnswer> {
  const certificate = await authority.certifyHost(host, key, life);
  onIssued(what);
  log.info(
    { host, until: new Date(life.notAfterMs) },
    what === 'enroll' ? 'a host was enrolled' : 'a host has renewed',
  );
  return { certificate };
}

async function whyNotRenewed(
  parts: IssuingParts,
  host: HostId,
  because: Exclude<Awaited<ReturnType<IdentityParts['store']['renew']>>, { readonly renew: true }>['because'],
): Promise<Error> {
  if (because === 'former-key')
    return quarantine(parts, host, 'a key came that it had before: an old copy of its disk runs');
  if (because === 'revoked') return refusal(parts, 'host-revoked', `of ${host}`);
  if (because === 'quarantined') return refusal(parts, 'host-quarantined', `of ${host}`);
  const tooLong = `${host} was away for more than 60 days after the end of its certificate`;
  return refusal(parts, 'not-enrolled', because === 'away-too-long' ? tooLong : `${host} has another key`);
}
