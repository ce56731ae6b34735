import type { RegionName } from '../../domain/names.ts';

/** Task queues. Bulk and baking never starve an undo, because each has a queue of its own. */
export const controlQueue = 'control';
export const buildQueue = 'build';
export const regionQueue = (region: RegionName): string => `region.${region}`;
export const regionBulkQueue = (region: RegionName): string => `region.${region}.bulk`;
export const regionUrgentQueue = (region: RegionName): string => `region.${region}.urgent`;
