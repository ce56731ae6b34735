/** What a release asks for, and this host can't give: not the release's fault, so that nothing is refused because of it. */
export class HostCannotError extends Error {
  override readonly name = 'HostCannotError';
  readonly code = 'host-cannot';
  /** Until it is tried again; left out, as any act. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, retryAfterMs?: number) {
    super(message);
    this.retryAfterMs = retryAfterMs;
  }
}
