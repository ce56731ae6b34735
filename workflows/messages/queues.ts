import type { RegionName } from '../../domain/names.ts';

/** Task queues. Bulk and baking never starve an undo, because each has a queue of its own. */
export const controlQueue = 'control';
export const buildQueue = 'build';
/** Waiting for an existing CI and for metrics: it takes long and needs little, and must not stand in the way of what is short. */
export const gateQueue = 'gates';
export const regionQueue = (region: RegionName): string => `region.${region}`;
export const regionBulkQueue = (region: RegionName): string => `region.${region}.bulk`;
export const regionUrgentQueue = (region: RegionName): string => `region.${region}.urgent`;
