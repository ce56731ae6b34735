import type { Client } from '@temporalio/client';
import { slipwaySearchAttributes } from './search-attributes.ts';

/**
 * Why workflows can't be started, in one sentence, or `null`: Temporal doesn't answer, the namespace isn't there, or
 * lacks search attributes that workflows set. Answers within `timeoutMs`, give or take a little.
 */
export async function whyTemporalNotUsable(client: Client, timeoutMs: number): Promise<string | null> {
  const { connection, options } = client;
  const { namespace } = options;
  try {
    const { customAttributes } = await client.withDeadline(Date.now() + timeoutMs, async () => {
      await connection.workflowService.describeNamespace({ namespace });
      return connection.operatorService.listSearchAttributes({ namespace });
    });
    const missing = Object.keys(slipwaySearchAttributes).filter((name) => !(name in customAttributes));
    return missing.length === 0 ? null : `the namespace ${namespace} lacks the search attributes ${missing.join(', ')}`;
  } catch (error) {
    const { code } = error as { code?: unknown };
    return code === notFound ? `there is no namespace ${namespace}` : 'it does not answer';
  }
}

/** grpc.github.io/grpc/core/md_doc_statuscodes.html */
const notFound = 5;
