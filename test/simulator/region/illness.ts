import type { Region } from '../world/world.ts';

/** The world around its hosts becomes bad, or well again: so do the other services there. */
export function becomes(region: Region, ill: boolean): void {
  const { healthy, unhealthy } = region.otherServices;
  const all = healthy + unhealthy;
  region.ill = ill;
  region.otherServices = { healthy: ill ? 0 : all, unhealthy: ill ? all : 0 };
}
