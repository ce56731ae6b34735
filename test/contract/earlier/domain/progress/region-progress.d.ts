import type { RegionName } from '../names.ts';
import type { RegionState } from '../states.ts';
import type { MissingHosts } from './missing-hosts.ts';
export interface RegionProgress {
    readonly region: RegionName;
    readonly state: RegionState;
    readonly batch: number;
    readonly batches: number;
    readonly hosts: {
        readonly total: number;
        readonly switched: number;
        readonly healthy: number;
        readonly failed: number;
    };
    readonly reason: string | null;
    readonly missing?: MissingHosts | undefined;
}
export declare function withChanged(shown: readonly RegionProgress[], changed: readonly RegionProgress[]): readonly RegionProgress[];
