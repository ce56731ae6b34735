import { NativeConnection } from '@temporalio/worker';
import { untilConnected, type TemporalAddress, type Waiting } from './connect.ts';

/**
 * For workers. Waits until Temporal answers; from then on the connection mends itself. In a file of its own, because the
 * worker's package costs 60 MB, which programs that only send messages needn't pay. @throws AbortError
 */
export const connectWorker = ({ address }: TemporalAddress, waiting: Waiting): Promise<NativeConnection> =>
  untilConnected(waiting, address, () => NativeConnection.connect({ address }));
