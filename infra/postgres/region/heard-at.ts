import { sql } from 'kysely';

/**
 * When `host` last spoke of the service of `said`, its row of host_service; null without one. The row is written only when
 * something new is said: that all of it was said again stands in the host's row, with the services that it was said of. A
 * gateway of the version before writes the service's row each time, and not what it was said of: so the later of the two.
 */
export const heardAt = sql<Date | null>`(
  case when said.service = any (host.heard_of) then greatest(said.reported_at, host.heard_at) else said.reported_at end)`;
