/** The more, the less of a pause counts; each is a timer. */
const parts = 8;

/**
 * Calls `onOver` once, after `ms` in which this process could listen. One that was frozen, or kept from its processor, finds its
 * timers over before it finds what has arrived meanwhile: it would give up a gateway that has answered, and thousands of hosts
 * that were paused together would all begin anew, with a handshake each. So of each eighth no more counts than it was to
 * take, and what has arrived is read before the next begins. @returns ends it
 */
export function awakeTimer(ms: number, onOver: () => void): () => void {
  let left = parts;
  let timer: NodeJS.Timeout;
  let read: NodeJS.Immediate | undefined;
  const wait = (): void => {
    timer = setTimeout(() => {
      left -= 1;
      read = setImmediate(left === 0 ? onOver : wait);
    }, ms / parts);
  };
  wait();
  return () => {
    clearTimeout(timer);
    clearImmediate(read);
  };
}
