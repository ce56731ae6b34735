/** The workflow's clock, which replays: RFC 3339, UTC. */
export const now = (): string => new Date().toISOString();
