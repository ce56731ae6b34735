import type { RegionName } from '../../domain/names.ts';
export declare const controlQueue = "control";
export declare const buildQueue = "build";
export declare const gateQueue = "gates";
export declare const regionQueue: (region: RegionName) => string;
export declare const regionBulkQueue: (region: RegionName) => string;
export declare const regionUrgentQueue: (region: RegionName) => string;
