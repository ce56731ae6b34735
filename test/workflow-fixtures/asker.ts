import { proxyActivities } from '@temporalio/workflow';

const { traceparent } = proxyActivities<{ traceparent(): Promise<string | null> }>({ startToCloseTimeout: '10s' });

/** Tells the trace context that its activity ran in. */
export const asker = (): Promise<string | null> => traceparent();
