const atOnce = 4;
const waiting: (() => void)[] = [];
let [next, goingOn] = [0, false];

function turn(): void {
  for (const go of waiting.slice(next, next + atOnce)) go();
  next += atOnce;
  goingOn = next < waiting.length;
  if (goingOn) return void setImmediate(turn);
  waiting.length = 0;
  next = 0;
}

/**
 * Resolves when it is a host's turn to work: thousands of hosts share one thread, and when all of them have a new goal, it would
 * be kept for longer than a host waits for an answer. In between, what came for others is read, so that nobody gives up on an answer
 * that lies there.
 */
export function ownTurn(): Promise<void> {
  return new Promise((go) => {
    waiting.push(go);
    if (goingOn) return;
    goingOn = true;
    setImmediate(turn);
  });
}
