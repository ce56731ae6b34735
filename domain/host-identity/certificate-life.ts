/** Times in ms. */
const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

export const usualLifeMs = 90 * dayMs;
/** The clock of a host, or of another gateway, may be behind that of whoever issued. */
export const startsBeforeMs = 10 * minuteMs;
/** A host that was away (switched off, cut off) renews for so long after the end by proof of its key (kubernetes/kubernetes#92676). */
export const renewableAfterEndMs = 60 * dayMs;

export interface CertificateLife {
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

export const lifeFrom = (nowMs: number, lifeMs: number): CertificateLife => ({
  notBeforeMs: nowMs - startsBeforeMs,
  notAfterMs: nowMs + lifeMs,
});

/** A day of ninety: hosts that were enrolled together don't renew together. */
const spread = 1 / 90;

/**
 * When to renew: after a third of the life (day 30 of 90), so that two thirds are left for whatever keeps the host from it.
 * @param share in [0, 1), the host's own
 */
export function renewAtMs({ notBeforeMs, notAfterMs }: CertificateLife, share: number): number {
  const lifeMs = notAfterMs - notBeforeMs;
  return notBeforeMs + lifeMs / 3 + lifeMs * spread * share;
}

export const isValidAt = ({ notBeforeMs, notAfterMs }: CertificateLife, nowMs: number): boolean =>
  notBeforeMs <= nowMs && nowMs <= notAfterMs;
