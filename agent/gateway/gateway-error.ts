/** The gateway didn't answer, or not with what was asked. Never a fault of a release, and always worth another try. */
export class GatewayError extends Error {
  override readonly name: string = 'GatewayError';
  readonly code = 'gateway';
  /** 0 when there was no answer. */
  readonly status: number;
  /** What the gateway asked to wait, in ms; 0 when it said nothing. */
  readonly retryAfterMs: number;
  /** The stable code of the problem that it answered (`host-revoked`); null when it told none. */
  readonly problem: string | null;

  constructor(message: string, status = 0, retryAfterMs = 0, problem: string | null = null) {
    super(message);
    this.status = status;
    this.retryAfterMs = retryAfterMs;
    this.problem = problem;
  }
}

/** What answers could not prove that it is a gateway of the region, by the root document that this host trusts. */
export class UntrustedGatewayError extends GatewayError {
  override readonly name = 'UntrustedGatewayError';
}
