import type { HostId } from '../names.ts';
export declare const missingBecause: readonly ['absent', 'pinned', 'maintenance', 'failed', 'lost'];
export interface NamedHosts {
    readonly count: number;
    readonly hosts: readonly HostId[];
}
export type MissingHosts = Readonly<Partial<Record<(typeof missingBecause)[number], NamedHosts>>>;
export declare function knownMissing(before: MissingHosts, heard: MissingHosts): MissingHosts;
export declare function withoutText(regions: readonly {
    readonly missing?: MissingHosts | undefined;
}[]): string;
