import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { orderFlow, type OrderFlow, type OrderState } from './order-flow.ts';
import { readDialog, send } from './orders.ts';
import { randomKey } from './random-key.ts';

export type OpenOrder = OrderState & Omit<OrderFlow, 'state' | 'subscribe'>;

/** The orders of one page. `onAccepted` comes before anything is shown of it. */
export function useOrder(onAccepted: () => void): OpenOrder {
  const newest = useRef(onAccepted);
  useEffect(() => void (newest.current = onAccepted));
  const [flow] = useState(() => orderFlow({ readDialog, send, newKey: randomKey, onAccepted: () => newest.current() }));
  return { ...flow, ...useSyncExternalStore(flow.subscribe, flow.state) };
}
