import { defineEntity, p } from '@mikro-orm/core';
import type { CommitState } from '../../../../domain/gate/commit-status.ts';

/** The newest that a provider reported of each context of a commit. */
export const CommitStatusRow = defineEntity({
  name: 'CommitStatusRow',
  tableName: 'commit_status',
  properties: {
    /** `acme/checkout`, in lower case. */
    repository: p.text().primary(),
    commit: p.text().primary(),
    context: p.text().primary(),
    state: p.text().$type<CommitState>(),
    url: p.text().nullable(),
    /** By the provider's clock. */
    reportedAt: p.datetime(3),
    /** The provider's own number of it. */
    sequence: p.bigint('number'),
    receivedAt: p.datetime(3).index('commit_status_received_at'),
  },
});
