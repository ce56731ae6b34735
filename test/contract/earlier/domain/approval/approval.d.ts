import type { Role } from '../states.ts';
export declare const approvalVerbs: readonly ['approve', 'resume', 'end-undo'];
export type ApprovalVerb = (typeof approvalVerbs)[number];
export interface Approval {
    readonly approver: string;
    readonly role: Role;
    readonly approvedAt: string;
}
