import { isClockOff } from '../../domain/host/clock-skew.ts';
import type { Log } from '../log.ts';

/** How far this host's clock is from its gateway's. */
export interface GatewayClock {
  /** What the gateway's clock said in an answer. */
  hear(gatewayNowMs: number): void;
  /** Of this host's clock, as last heard; negative when it is behind, and null before the first answer. */
  aheadMs(): number | null;
}

/** Also tells once when the clocks begin to differ (aws/amazon-ecs-agent#1513), and when they agree again. */
export function openGatewayClock(log: Log, now: () => number = Date.now): GatewayClock {
  let heard: number | null = null;
  return {
    hear(gatewayNowMs) {
      const aheadMs = now() - gatewayNowMs;
      const wasOff = isClockOff(heard ?? 0);
      heard = aheadMs;
      if (isClockOff(aheadMs) === wasOff) return;
      if (wasOff) log.info("this host's clock agrees with its gateway's again", { aheadMs });
      else log.warn("this host's clock differs from its gateway's", { aheadMs });
    },
    aheadMs: () => heard,
  };
}
