import { randomUUID } from 'node:crypto';
import type { Merge } from '../../infra/local/demo/sample-repository.ts';
import { distributionOf, type Distribution } from '../frame/distribution.ts';
import { acceptedMove, deliverMerge, type Delivered } from '../service/deliver-merge.ts';

/** One merge, sent many times at once, by turns to each api. */
export interface Wave {
  readonly what: string;
  readonly merge: Merge;
  readonly deliveries: number;
  /** The code host numbers a redelivery anew, or repeats its number. */
  readonly deliveryIds: 'same' | 'new';
}

export interface WaveFigures {
  readonly what: string;
  readonly deliveries: number;
  /** Answered 202. */
  readonly accepted: number;
  /** Of the accepted, those that were told to be the first of their merge. */
  readonly first: number;
  readonly answer: Distribution;
}

export interface Sender {
  readonly apis: readonly string[];
  readonly repository: string;
  readonly secret: string;
}

export async function deliverMany({ apis, ...sender }: Sender, wave: Wave): Promise<WaveFigures> {
  const { what, merge, deliveries, deliveryIds } = wave;
  const same = randomUUID();
  const delivered = await Promise.all(
    Array.from({ length: deliveries }, (_, index) => {
      const api = apis[index % apis.length]!;
      return deliverMerge({ ...sender, merge, api, deliveryId: deliveryIds === 'same' ? same : randomUUID() });
    }),
  );
  const accepted = delivered.filter(({ status }) => status === 202);
  return {
    what,
    deliveries,
    accepted: accepted.length,
    first: accepted.filter(isFirst).length,
    answer: distributionOf(delivered.map(({ answeredMs }) => answeredMs)),
  };
}

const isFirst = (delivered: Delivered): boolean => !acceptedMove(delivered).repeated;
