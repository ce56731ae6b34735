/**
 * Loaded into an agent before anything else: its wall clock is the machine's, plus what stands in a file (ms). Monotonic
 * clocks and timers go on, as when a host's clock is set.
 */
import { readFileSync, watch } from 'node:fs';

const file = process.env.SLIPWAY_CRASH_CLOCK;
const RealDate = Date;
const realNow = RealDate.now;
let stepMs = readStep();

function readStep() {
  const text = readFileSync(file, 'utf8');
  return text === '' ? stepMs : Number(text);
}

// A file that is being written may be empty for a moment.
watch(file, () => (stepMs = readStep())).unref();

globalThis.Date = class Date extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(realNow() + stepMs);
    else super(...args);
  }
  static now() {
    return realNow() + stepMs;
  }
};
