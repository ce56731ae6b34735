import { ApplicationFailure } from '@temporalio/activity';
import type { Digest, RegionName, ServiceName } from '../../domain/names.ts';
import { admissionSchema, admissionType } from '../../protocol/admission.ts';
import type { Admission } from '../../protocol/admission.ts';
import { canonicalJson } from '../../protocol/canonical-json.ts';
import { digestOf } from '../../protocol/digest.ts';
import { envelopeSchema } from '../../protocol/dsse.ts';
import type { StoredAdmission } from './goal-store.ts';

/**
 * The admission that a step brought. Its signature is for hosts to check; here only that it is one, and for this
 * release and region, so that a mix-up is found before any host hears of it.
 * @throws ApplicationFailure `bad-admission`, terminal.
 */
export function readAdmission(
  text: string,
  expected: { readonly service: ServiceName; readonly region: RegionName; readonly release: Digest },
): StoredAdmission {
  const envelope = envelopeSchema.safeParse(parsed(text));
  const admission = envelope.success && admissionSchema.safeParse(parsed(decoded(envelope.data.payload)));
  if (!envelope.success || envelope.data.payloadType !== admissionType || !admission || !admission.success) {
    throw badAdmission('it is not a signed admission');
  }
  const obstacle = whyNotFor(admission.data, expected);
  if (obstacle !== null) throw badAdmission(obstacle);
  return {
    release: expected.release,
    digest: digestOf(canonicalJson(envelope.data)),
    envelope: envelope.data,
  };
}

/** An admission that the centre kept, whatever its release; `null` for what is none, or not for this service and region. */
export function readStoredAdmission(
  text: string,
  { service, region }: { readonly service: ServiceName; readonly region: RegionName },
): StoredAdmission | null {
  const envelope = envelopeSchema.safeParse(parsed(text));
  if (!envelope.success || envelope.data.payloadType !== admissionType) return null;
  const admission = admissionSchema.safeParse(parsed(decoded(envelope.data.payload)));
  if (!admission.success) return null;
  const release = admission.data.release.digest;
  if (whyNotFor(admission.data, { service, region, release }) !== null) return null;
  return { release, digest: digestOf(canonicalJson(envelope.data)), envelope: envelope.data };
}

function whyNotFor(admission: Admission, expected: Parameters<typeof readAdmission>[1]): string | null {
  if (admission.service !== expected.service) return `it is for service ${admission.service}`;
  if (admission.release.digest !== expected.release) return `it is for release ${admission.release.digest}`;
  if (!admission.regions.includes(expected.region)) return `it does not name region ${expected.region}`;
  return null;
}

const badAdmission = (reason: string): ApplicationFailure =>
  ApplicationFailure.nonRetryable(`the admission can't be used: ${reason}`, 'bad-admission');

const decoded = (base64: string): string => Buffer.from(base64, 'base64').toString('utf8');

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
