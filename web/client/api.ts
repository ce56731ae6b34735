/**
 * Slipway
 * v1
 * DO NOT MODIFY - This file has been generated using oazapfts.
 * See https://www.npmjs.com/package/oazapfts
 */
import * as Oazapfts from "@oazapfts/runtime";
import * as QS from "@oazapfts/runtime/query";
export const defaults: Oazapfts.Defaults<Oazapfts.CustomHeaders> = {
    headers: {},
    baseUrl: "/"
};
const oazapfts = Oazapfts.runtime(defaults);
export const servers = {
    server1: "/"
};
export type SignedIn = {
    person: string;
    roles: ("deployer" | "release-owner" | "operator")[];
    inServices?: {
        service: string;
        role: "deployer" | "release-owner" | "operator";
    }[];
    teams?: string[];
};
export type Problem = {
    "type": string;
    title: string;
    status: number;
    detail?: string;
    next?: string;
    requestId?: string;
    retryable: boolean;
    errors?: {
        path: string;
        message: string;
    }[];
};
export type About = {
    version: string;
    at: string;
    temporalUi: string | null;
    regions: {
        total: number;
        reporting: number;
        withoutService: number;
    };
};
export type Lock = {
    owner: string;
    reason: string;
    since: string;
    until?: string;
};
export type LaneEntry = {
    deployment: string;
    "number": number;
    release: number;
    kind: "rollout" | "rollback" | "roll-forward";
    hotfix?: boolean;
    regions?: string[];
};
export type Lane = {
    service: string;
    lock: Lock | null;
    active: LaneEntry | null;
    queue: LaneEntry[];
};
export type Why = {
    cause: string;
    since: string;
    next: {
        text: string;
        command: string | null;
        verb: ("approve" | "break-glass" | "reject" | "pause" | "resume" | "promote" | "skip-region" | "abort" | "rollback" | "deploy" | "retry" | "redeploy" | "review" | "lock" | "unlock" | "end-undo") | null;
    };
    needsSomeone: boolean;
};
export type DeploymentSummary = {
    deployment: string;
    service: string;
    "number": number;
    kind: "rollout" | "rollback" | "roll-forward";
    release: number;
    "from": number | null;
    subject: string;
    hotfix: {
        by: string;
        reason: string;
    } | null;
    state: "queued" | "building" | "checking" | "approving" | "rolling" | "baking" | "verifying" | "undoing" | "succeeded" | "rejected" | "failed" | "superseded" | "cancelled" | "undone";
    stage: string | null;
    paused: boolean;
    held: boolean;
    waiting: string | null;
    outcome: ("succeeded" | "rejected" | "failed" | "superseded" | "cancelled" | "undone") | null;
    reason: string | null;
    goesOnAs: number | null;
    supersededBy: number | null;
    pointOfNoReturn?: boolean;
    pending: string[];
    startedAt: string;
    endedAt: string | null;
    since: string;
    why: Why | null;
    hosts: {
        total: number;
        onRelease: number;
    };
    sequence: number;
};
export type HostCounts = {
    total: number;
    healthy: number;
    unhealthy: number;
    switching: number;
    reverted: number;
    "unknown": number;
    absent: number;
};
export type ServiceHosts = {
    service: string;
    region: string;
    hosts: HostCounts | null;
    running: {
        release: number;
        hosts: number;
    }[];
    drifted?: {
        hosts: number;
        named: {
            host: string;
            state: "found" | "mending" | "mended" | "reported" | "given-up";
            since: string;
            path: string;
            what: "absent" | "content" | "mode" | "kind" | "target" | "unlisted" | "unreadable";
            count: number;
        }[];
    };
    at: string | null;
    stale: boolean;
};
export type ServiceSummary = {
    service: string;
    repository: string;
    cloneUrl: string;
    branch: string;
    folder: string;
    owners: string[];
    currentRelease: number | null;
    lane: Lane;
    active: DeploymentSummary | null;
    why: Why | null;
    hosts: ServiceHosts[];
    changedAt: string | null;
};
export type ServicePage = {
    items: ServiceSummary[];
    next: string | null;
};
export type Service = {
    service: string;
    repository: string;
    cloneUrl: string;
    branch: string;
    folder: string;
    owners: string[];
    currentRelease: number | null;
    lane: Lane;
    active: DeploymentSummary | null;
    why: Why | null;
    hosts: ServiceHosts[];
    changedAt: string | null;
    deployments: DeploymentSummary[];
    sequence: number;
    policy: {
        approval: string;
        rollout: string;
    } | null;
};
export type PutServiceRequest = {
    repository: string;
    cloneUrl: string;
    folder?: string;
    branch?: string;
    owners?: string[];
};
export type ServiceHostsList = {
    items: ServiceHosts[];
};
export type LeftHost = {
    deployment: string;
    region: string;
    host: string;
    runs: string | null;
    why: "pinned" | "silent" | "refusing";
    since: string;
    goneAt: string | null;
};
export type LeftHostPage = {
    items: LeftHost[];
    next: string | null;
    owing: {
        deployment: string;
        region: string;
        since: string;
    }[];
};
export type OpenLogReadingRequest = {
    region?: string;
    host?: string;
    every?: boolean;
    lines?: number;
    follow?: boolean;
    reason?: string;
};
export type LogReading = {
    reading: string;
    service: string;
    region: string;
};
export type NextLogsRequest = {
    seen?: {
        [key: string]: number;
    };
    knowsHosts?: boolean;
    waitMs?: number;
};
export type NextLogs = {
    hosts: string[] | null;
    why: string | null;
    chunks: {
        host: string;
        sequence: number;
        text: string;
        gap: boolean;
        ended: ("read" | "no-output" | "busy" | "failed" | "agent-too-old") | null;
    }[];
};
export type EndLogReadingRequest = {};
export type EndedLogReading = {
    reading: string;
};
export type PlannedStage = {
    name: string;
    regions: {
        region: string;
        hosts: number | null;
        absent?: number;
        batches?: number[];
    }[];
    batches: string[];
    bakeMs: number;
    approve?: {
        quorum: number;
        roles: ("deployer" | "release-owner" | "operator")[];
        teams?: string[];
        among?: {
            quorum: number;
            roles: ("deployer" | "release-owner" | "operator")[];
            teams?: string[];
        }[];
        expiresMs: number;
        breakGlass?: "one-with-review" | "two-persons" | "never";
    };
    metrics?: string[];
};
export type Hook = {
    run: string;
    undo: string | null;
    timeoutMs: number;
    mayStay: boolean;
    destructive: boolean;
};
export type Hooks = {
    before: Hook[];
    after: Hook[];
    region: {
        before: Hook[];
        after: Hook[];
    };
};
export type LeftBehind = {
    deployment: number;
    release: number;
    compatibleWith?: "none";
    hooks: string[];
};
export type DeploymentPlan = {
    service: string;
    release: number;
    "from": number | null;
    kind: "rollout" | "rollback" | "roll-forward";
    commit: {
        id: string;
        subject: string;
        authors: string[];
    };
    totalBytes: number | null;
    stages: PlannedStage[];
    approval: {
        quorum: number;
        roles: ("deployer" | "release-owner" | "operator")[];
        teams?: string[];
        among?: {
            quorum: number;
            roles: ("deployer" | "release-owner" | "operator")[];
            teams?: string[];
        }[];
        expiresMs: number;
        breakGlass?: "one-with-review" | "two-persons" | "never";
    } | null;
    checks: string | null;
    requiredChecks?: {
        "require": string[];
        withinMs: number;
    };
    verify: string | null;
    verifyMetrics?: string[];
    health: string;
    budget: {
        failedPercent: number;
        cap: number | null;
    };
    judge: {
        hosts: "flapping" | "already unhealthy" | "absent" | "in maintenance" | "pinned";
        rule: string;
    }[];
    rollback: {
        automatic: boolean;
        lockAfter: boolean;
    };
    window?: string;
    hooks?: Hooks;
    compatibleWith?: "none";
    irreversible?: string[];
    leftBehind?: LeftBehind[];
    drained?: string[];
    timing: {
        batchTimeoutMs: number;
        absentAfterMs: number;
        undoDeadlineMs: number;
        healthyAfterMs: number;
        startPeriodMs: number;
    };
    tookMs: {
        least: number;
        most: number;
        count?: number;
    } | null;
    lock: Lock | null;
    reverted: string | null;
    waits?: string[];
    ahead: number;
    digest: string;
    asOf: string;
};
export type Dialog = {
    verb: "approve" | "break-glass" | "reject" | "pause" | "resume" | "promote" | "skip-region" | "abort" | "rollback" | "deploy" | "retry" | "redeploy" | "review" | "lock" | "unlock" | "end-undo";
    "object": string;
    title: string;
    lines: {
        label: string;
        text: string;
    }[];
    keep: string;
    confirm: string;
    reason: "required" | "optional" | "none";
    refused: string | null;
    mayWaitFor?: ("lock" | "freeze")[];
    digest: string;
    idempotencyKey: string;
    planDigest: string | null;
    stage?: string;
    readAt: string;
};
export type LockRequest = {
    reason: string;
    until?: string;
};
export type UnlockRequest = {
    reason: string;
    dialog?: string;
};
export type RedeployRequest = {
    reason?: string;
    queue?: boolean;
    dialog?: string;
};
export type DeployAnswer = {
    deployment: string;
    "number": number;
    repeated: boolean;
    ahead: number;
    lock: Lock | null;
    superseded?: string[];
};
export type HotfixRequest = {
    release: number;
    reason: string;
    active?: "undo" | "hold";
    althoughReverted?: boolean;
    dialog?: string;
};
export type RollbackRequest = {
    reason?: string;
    to?: number;
    regions?: string[];
    dialog?: string;
};
export type RollbackAnswer = {
    outcome: "undoing" | "started";
    deployment: string;
    "number": number;
    repeated: boolean;
};
export type Release = {
    release: string;
    service: string;
    "number": number;
    state: "building" | "ready" | "admitted" | "blocked" | "retired";
    commit: string;
    subject: string;
    authors: string[];
    digest: string | null;
    totalBytes: number | null;
    createdAt: string;
    lastOutcome: ("succeeded" | "rejected" | "failed" | "superseded" | "cancelled" | "undone") | null;
    regions: string[];
};
export type ReleasePage = {
    items: Release[];
    next: string | null;
};
export type BuildLog = {
    release: string;
    text: string;
    truncated: boolean;
};
export type DeploymentPage = {
    items: DeploymentSummary[];
    next: string | null;
};
export type DeployRequest = {
    release?: number;
    kind?: "rollout" | "roll-forward";
    queue?: boolean;
    althoughReverted?: boolean;
    regions?: string[];
    reason?: string;
    plan?: string;
    dialog?: string;
};
export type Source = {
    "from": "merge";
    commit: string;
    before: string;
    branch: string;
    authors: string[];
    pusher: string;
    subject: string;
} | {
    "from": "person";
    person: string;
    reason: string | null;
    regions?: string[];
};
export type DeploymentRegion = {
    region: string;
    stage: string | null;
    state: "pending" | "replicating" | "ready" | "rolling" | "baking" | "done" | "undoing" | "undone" | "unreachable" | "skipped";
    batch: number;
    batches: number;
    hosts: {
        total: number;
        switched: number;
        healthy: number;
        failed: number;
    };
    reason: string | null;
    held?: true;
    missing?: {
        [key: string]: {
            count: number;
            hosts: string[];
        };
    };
};
export type DeploymentStep = {
    kind: "build" | "checks" | "plan" | "approval" | "replication" | "hooks" | "stage" | "verify" | "undo";
    name: string;
    state: "pending" | "running" | "waiting" | "done" | "failed" | "skipped";
    startedAt: string | null;
    endedAt: string | null;
    note: string | null;
};
export type NotUndone = {
    what: "hook" | "region" | "hosts";
    name: string;
    left: string;
    undo: string | null;
    why: string;
    hosts?: number;
};
export type Deployment = {
    deployment: string;
    service: string;
    "number": number;
    kind: "rollout" | "rollback" | "roll-forward";
    release: number;
    "from": number | null;
    subject: string;
    hotfix: {
        by: string;
        reason: string;
    } | null;
    state: "queued" | "building" | "checking" | "approving" | "rolling" | "baking" | "verifying" | "undoing" | "succeeded" | "rejected" | "failed" | "superseded" | "cancelled" | "undone";
    stage: string | null;
    paused: boolean;
    held: boolean;
    waiting: string | null;
    outcome: ("succeeded" | "rejected" | "failed" | "superseded" | "cancelled" | "undone") | null;
    reason: string | null;
    goesOnAs: number | null;
    supersededBy: number | null;
    pointOfNoReturn: boolean;
    pending: string[];
    startedAt: string;
    endedAt: string | null;
    since: string;
    why: Why | null;
    hosts: {
        total: number;
        onRelease: number;
    };
    sequence: number;
    source: Source;
    regions: DeploymentRegion[];
    steps: DeploymentStep[];
    verbs: ("approve" | "break-glass" | "reject" | "pause" | "resume" | "promote" | "skip-region" | "abort" | "rollback" | "deploy" | "retry" | "redeploy" | "review" | "lock" | "unlock" | "end-undo")[];
    skippable: string[];
    approvals: {
        given: number;
        wanted: number;
        stage?: string;
        by?: string[];
        brokenBy?: string[];
    } | null;
    budget: {
        failedPercent: number;
        cap: number;
    } | null;
    binding: {
        service: string;
        deployment: number;
        release: {
            "number": number;
            digest: string;
        };
        planDigest: string;
        regions: string[];
    } | null;
    brokenGlass?: {
        stage: string | null;
        broken: {
            person: string;
            role: "deployer" | "release-owner" | "operator";
            reason: string;
            incident: string;
            at: string;
        }[];
        review: "none" | "wanted" | "accepted" | "objected";
        reviewedBy: string | null;
        reviewedAt: string | null;
        reviewReason: string | null;
    }[];
    hooks?: Hooks;
    notUndone?: NotUndone[];
    commit: string;
    traceId: string | null;
    links: {
        temporal: string | null;
        commit: string | null;
        trace: string | null;
    };
};
export type TimelineEntry = {
    sequence: number;
    at: string;
    actor: string;
    verb: string;
    message: string;
};
export type TimelinePage = {
    items: TimelineEntry[];
    next: string | null;
};
export type HookRun = {
    place: string;
    region: string | null;
    does: "run" | "undo";
    command: string;
    state: "begun" | "ran" | "failed" | "undoing" | "undone" | "stays" | "not-undone";
    why: string | null;
    startedAt: string;
    endedAt: string | null;
    text: string | null;
    truncated: boolean;
};
export type HookRunList = {
    items: HookRun[];
};
export type ApprovalTokenRequest = {
    verb: "approve" | "resume" | "promote" | "skip-region" | "end-undo" | "break-glass";
    planDigest: string;
    stage?: string | null;
    emergency?: {
        reason: string;
        incident: string;
    };
    region?: string;
};
export type ApprovalTokenAnswer = {
    token: string;
    expiresAt: string;
};
export type ApproveRequest = {
    token: string;
    dialog?: string;
};
export type VerbAnswer = {
    deployment: string;
    message: string;
};
export type RejectRequest = {
    reason: string;
    dialog?: string;
};
export type PauseRequest = {
    reason?: string;
};
export type PromoteRequest = {
    token: string;
    dialog?: string;
    reason: string;
};
export type SkipRegionRequest = {
    token: string;
    dialog?: string;
    reason: string;
    region: string;
};
export type AbortRequest = {
    reason?: string;
    hold?: boolean;
};
export type PassRequest = {
    reason: string;
};
export type Freeze = {
    freeze: number;
    kind: "freeze" | "stop-the-line";
    owner: string;
    reason: string;
    policy: "finish" | "hold" | "undo";
    services: string[];
    regions: string[];
    when: {
        every: "once";
        "from": string;
        until: string | null;
    } | {
        every: "week";
        timeZone: string;
        days: ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
        "from": string;
        to: string;
    } | {
        every: "year";
        timeZone: string;
        "from": string;
        to: string;
    };
    text: string;
    addedAt: string;
    inEffect: {
        since: string;
        until: string | null;
    } | null;
    next: string | null;
    ended: {
        at: string;
        by: string;
        reason: string;
    } | null;
};
export type FleetSlot = {
    deployment: string;
    service: string;
    "number": number;
    regions: string[];
    askedAt: string;
    grantedAt: string | null;
    position: number | null;
    waitsForAll?: true;
    waiting: string | null;
    hasPass?: true;
};
export type Fleet = {
    stopped: Freeze | null;
    freezes: Freeze[];
    running: FleetSlot[];
    waiting: FleetSlot[];
    unasked: {
        deployment: string;
        service: string;
        "number": number;
        regions: string[];
        startedAt: string;
    }[];
};
export type StopTheLineRequest = {
    reason: string;
    policy?: "finish" | "hold" | "undo";
    until?: string;
};
export type AddFreezeRequest = {
    reason: string;
    policy?: "finish" | "hold" | "undo";
    services?: string[];
    regions?: string[];
    when: {
        every: "once";
        "from"?: string;
        until: string | null;
    } | {
        every: "week";
        timeZone: string;
        days: ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
        "from": string;
        to: string;
    } | {
        every: "year";
        timeZone: string;
        "from": string;
        to: string;
    };
};
export type Region = {
    region: string;
    addedAt: string;
    lastSummaryAt: string | null;
    drain?: {
        by: string;
        reason: string;
        since: string;
    };
    stale: boolean;
    services: ServiceHosts[];
};
export type RegionList = {
    items: Region[];
};
export type AddRegionRequest = {
    reason: string;
    tokenHash: string;
};
export type RemoveRegionRequest = {
    reason: string;
    force?: boolean;
};
export type GrantRequest = {
    holder: string;
    role?: "deployer" | "release-owner" | "operator" | "owner";
    service?: string;
    team?: string;
};
export type ReviewRequest = {
    verdict: "accept" | "object";
    reason: string;
    stage?: string | null;
    dialog?: string;
};
export type AuditRecord = {
    sequence: number;
    at: string;
    actor: string;
    verb: string;
    "object": string;
    detail: {
        [key: string]: unknown;
    };
    previousHash: string;
    hash: string;
};
export type AuditPage = {
    items: AuditRecord[];
    next: string | null;
};
export type SessionRequest = {
    code: string;
} | {
    token: string;
};
export type SignInLink = {
    path: string;
    expiresAt: string;
};
export type ApiEvent = {
    "type": "snapshot";
    sequence: number;
    at: string;
    deployments: Deployment[];
    lanes: Lane[];
    hosts: ServiceHosts[];
} | {
    "type": "change";
    sequence: number;
    at: string;
    actor: string;
    verb: string;
    "object": string;
    message: string;
    deployment: Deployment | null;
    lane: Lane | null;
    queued?: Deployment[];
} | {
    "type": "hosts";
    at: string;
    hosts: ServiceHosts[];
} | {
    "type": "reset";
    sequence: number;
    at: string;
} | {
    "type": "heartbeat";
    sequence: number;
    at: string;
};
/**
 * Whoever is signed in.
 */
export function me(opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: SignedIn;
    } | {
        status: number;
        data: Problem;
    }>("/v1/me", {
        ...opts
    }));
}
/**
 * Whoever is signed in.
 */
export function about(opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: About;
    } | {
        status: number;
        data: Problem;
    }>("/v1/about", {
        ...opts
    }));
}
/**
 * Whoever is signed in.
 */
export function listServices({ limit, cursor }: {
    limit?: number;
    cursor?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: ServicePage;
    } | {
        status: number;
        data: Problem;
    }>(`/v1/services${QS.query(QS.explode({
        limit,
        cursor
    }))}`, {
        ...opts
    }));
}
/**
 * Whoever is signed in.
 */
export function showService(service: string, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: Service;
    } | {
        status: number;
        data: Problem;
    }>(`/v1/services/${encodeURIComponent(service)}`, {
        ...opts
    }));
}
/**
 * Role: release-owner.
 */
export function putService(service: string, putServiceRequest: PutServiceRequest, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: Service;
    } | {
        status: number;
        data: Problem;
    }>(`/v1/services/${encodeURIComponent(service)}`, oazapfts.json({
        ...opts,
        method: "PUT",
        body: putServiceRequest
    })));
}
/**
 * Whoever is signed in.
 */
export function listServiceHosts(service: string, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: ServiceHostsList;
    } | {
        status: number;
        data: Problem;
    }>(`/v1/services/${encodeURIComponent(service)}/hosts`, {
        ...opts
    }));
}
/**
 * Whoever is signed in.
 */
export function listLeftHosts(service: string, { limit, cursor, deployment, region }: {
    limit?: number;
    cursor?: string;
    deployment?: number;
    region?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: LeftHostPage;
    } | {
        status: number;
        data: Problem;
    }>(`/v1/services/${encodeURIComponent(service)}/left-hosts${QS.query(QS.explode({
        limit,
        cursor,
        deployment,
        region
    }))}`, {
        ...opts
    }));
}
/**
 * Role: deployer or release-owner or operator.
 */
export function openLogReading(service: string, idempotencyKey: string, openLogReadingRequest: OpenLogReadingRequest, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 202;
        data: LogReading;
    } | {
        status: number;
        data: Problem;
    }>(`/v1/services/${encodeURIComponent(service)}/log-readings`, oazapfts.json({
        ...opts,
        method: "POST",
        body: openLogReadingRequest,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Role: deployer or release-owner or operator.
 */
export function nextLogs(service: string, reading: string, idempotencyKey: string, nextLogsRequest: NextLogsRequest, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 202;
        data: NextLogs;
    } | {
        status: number;
        data: Problem;
    }>(`/v1/services/${encodeURIComponent(service)}/log-readings/${encodeURIComponent(reading)}/next`, oazapfts.json({
        ...opts,
        method: "POST",
        body: nextLogsRequest,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Role: deployer or release-owner or operator.
 */
export function endLogReading(service: string, reading: string, idempotencyKey: string, endLogReadingRequest: EndLogReadingRequest, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 202;
        data: EndedLogReading;
    } | {
        status: number;
        data: Problem;
    }>(`/v1/services/${encodeURIComponent(service)}/log-readings/${encodeURIComponent(reading)}/end`, oazapfts.json({
        ...opts,
        method: "POST",
        body: endLogReadingRequest,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Whoever is signed in.
 */
export function showPlan(service: string, { release, regions }: {
    release?: number;
    regions?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: DeploymentPlan;
    } | {
        status: number;
        data: Problem;
    }>(`/v1/services/${encodeURIComponent(service)}/plan${QS.query(QS.explode({
        release,
        regions
    }))}`, {
        ...opts
    }));
}
/**
 * Whoever is signed in.
 */
export function showDialog(service: string, verb: "approve" | "break-glass" | "reject" | "pause" | "resume" | "promote" | "skip-region" | "abort" | "rollback" | "deploy" | "retry" | "redeploy" | "review" | "lock" | "unlock" | "end-undo", { deployment, release, kind, hotfix, althoughReverted, queue, stage, hold, region, regions, to }: {
    deployment?: number;
    release?: number;
    kind?: "rollout" | "roll-forward";
    hotfix?: "undo" | "hold";
    althoughReverted?: string;
    queue?: string;
    stage?: string;
    hold?: string;
    region?: string;
    regions?: string;
    to?: number;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: Dialog;
    } | {
        status: number;
        data: Problem;
    }>(`/v1/services/${encodeURIComponent(service)}/dialog${QS.query(QS.explode({
        verb,
        deployment,
        release,
        kind,
        hotfix,
        althoughReverted,
        queue,
        stage,
        hold,
        region,
        regions,
        to
    }))}`, {
        ...opts
    }));
}
/**
 * Whoever is signed in.
 */
export function showLane(service: string, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: Lane;
    } | {
        status: number;
        data: Problem;
    }>(`/v1/services/${encodeURIComponent(service)}/lane`, {
        ...opts
    }));
}
/**
 * Role: deployer or release-owner.
 */
export function lock(service: string, idempotencyKey: string, lockRequest: LockRequest, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 202;
        data: Lane;
    } | {
        status: number;
        data: Problem;
    }>(`/v1/services/${encodeURIComponent(service)}/lock`, oazapfts.json({
        ...opts,
        method: "POST",
        body: lockRequest,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Role: deployer or release-owner.
 */
export function unlock(service: string, idempotencyKey: string, unlockRequest: UnlockRequest, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 202;
        data: Lane;
    } | {
        status: number;
        data: Problem;
    }>(`/v1/services/${encodeURIComponent(service)}/unlock`, oazapfts.json({
        ...opts,
        method: "POST",
        body: unlockRequest,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Role: deployer or release-owner.
 */
export function redeploy(service: string, idempotencyKey: string, redeployRequest: RedeployRequest, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 202;
        data: DeployAnswer;
    } | {
        status: number;
        data: Problem;
    }>(`/v1/services/${encodeURIComponent(service)}/redeploy`, oazapfts.json({
        ...opts,
        method: "POST",
        body: redeployRequest,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Role: release-owner.
 */
export function hotfix(service: string, idempotencyKey: string, hotfixRequest: HotfixRequest, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 202;
        data: {
            deployment: string;
            "number": number;
            repeated: boolean;
            active: {
                deployment: string;
                how: "undone" | "held" | "cancelled" | "awaited";
            } | null;
            lock: {
                owner: string;
                reason: string;
                since: string;
                until?: string;
            } | null;
            superseded?: string[];
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/services/${encodeURIComponent(service)}/hotfix`, oazapfts.json({
        ...opts,
        method: "POST",
        body: hotfixRequest,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Role: deployer or release-owner.
 */
export function rollback(service: string, idempotencyKey: string, rollbackRequest: RollbackRequest, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 202;
        data: RollbackAnswer;
    } | {
        status: number;
        data: Problem;
    }>(`/v1/services/${encodeURIComponent(service)}/rollback`, oazapfts.json({
        ...opts,
        method: "POST",
        body: rollbackRequest,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Whoever is signed in.
 */
export function listReleases(service: string, { limit, cursor }: {
    limit?: number;
    cursor?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: ReleasePage;
    } | {
        status: number;
        data: Problem;
    }>(`/v1/services/${encodeURIComponent(service)}/releases${QS.query(QS.explode({
        limit,
        cursor
    }))}`, {
        ...opts
    }));
}
/**
 * Whoever is signed in.
 */
export function showRelease(service: string, release: number, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: Release;
    } | {
        status: number;
        data: Problem;
    }>(`/v1/services/${encodeURIComponent(service)}/releases/${encodeURIComponent(release)}`, {
        ...opts
    }));
}
/**
 * Whoever is signed in.
 */
export function showBuildLog(service: string, release: number, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: BuildLog;
    } | {
        status: number;
        data: Problem;
    }>(`/v1/services/${encodeURIComponent(service)}/releases/${encodeURIComponent(release)}/log`, {
        ...opts
    }));
}
/**
 * Whoever is signed in.
 */
export function listAllDeployments({ limit, cursor, state, open }: {
    limit?: number;
    cursor?: string;
    state?: "queued" | "building" | "checking" | "approving" | "rolling" | "baking" | "verifying" | "undoing" | "succeeded" | "rejected" | "failed" | "superseded" | "cancelled" | "undone";
    open?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: DeploymentPage;
    } | {
        status: number;
        data: Problem;
    }>(`/v1/deployments${QS.query(QS.explode({
        limit,
        cursor,
        state,
        open
    }))}`, {
        ...opts
    }));
}
/**
 * Whoever is signed in.
 */
export function listDeployments(service: string, { limit, cursor, state, open }: {
    limit?: number;
    cursor?: string;
    state?: "queued" | "building" | "checking" | "approving" | "rolling" | "baking" | "verifying" | "undoing" | "succeeded" | "rejected" | "failed" | "superseded" | "cancelled" | "undone";
    open?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: DeploymentPage;
    } | {
        status: number;
        data: Problem;
    }>(`/v1/services/${encodeURIComponent(service)}/deployments${QS.query(QS.explode({
        limit,
        cursor,
        state,
        open
    }))}`, {
        ...opts
    }));
}
/**
 * Role: deployer or release-owner.
 */
export function deploy(service: string, idempotencyKey: string, deployRequest: DeployRequest, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 202;
        data: DeployAnswer;
    } | {
        status: number;
        data: Problem;
    }>(`/v1/services/${encodeURIComponent(service)}/deployments`, oazapfts.json({
        ...opts,
        method: "POST",
        body: deployRequest,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Whoever is signed in.
 */
export function showDeployment(service: string, deployment: number, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: Deployment;
    } | {
        status: number;
        data: Problem;
    }>(`/v1/services/${encodeURIComponent(service)}/deployments/${encodeURIComponent(deployment)}`, {
        ...opts
    }));
}
/**
 * Whoever is signed in.
 */
export function showTimeline(service: string, deployment: number, { limit, cursor }: {
    limit?: number;
    cursor?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: TimelinePage;
    } | {
        status: number;
        data: Problem;
    }>(`/v1/services/${encodeURIComponent(service)}/deployments/${encodeURIComponent(deployment)}/timeline${QS.query(QS.explode({
        limit,
        cursor
    }))}`, {
        ...opts
    }));
}
/**
 * Whoever is signed in.
 */
export function listHookRuns(service: string, deployment: number, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: HookRunList;
    } | {
        status: number;
        data: Problem;
    }>(`/v1/services/${encodeURIComponent(service)}/deployments/${encodeURIComponent(deployment)}/hooks`, {
        ...opts
    }));
}
/**
 * Role: deployer or release-owner.
 */
export function retry(service: string, deployment: number, idempotencyKey: string, redeployRequest: RedeployRequest, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 202;
        data: DeployAnswer;
    } | {
        status: number;
        data: Problem;
    }>(`/v1/services/${encodeURIComponent(service)}/deployments/${encodeURIComponent(deployment)}/retry`, oazapfts.json({
        ...opts,
        method: "POST",
        body: redeployRequest,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Whoever is signed in.
 */
export function approvalToken(service: string, deployment: number, idempotencyKey: string, approvalTokenRequest: ApprovalTokenRequest, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 202;
        data: ApprovalTokenAnswer;
    } | {
        status: number;
        data: Problem;
    }>(`/v1/services/${encodeURIComponent(service)}/deployments/${encodeURIComponent(deployment)}/approval-token`, oazapfts.json({
        ...opts,
        method: "POST",
        body: approvalTokenRequest,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Whoever is signed in.
 */
export function approve(service: string, deployment: number, idempotencyKey: string, approveRequest: ApproveRequest, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 202;
        data: VerbAnswer;
    } | {
        status: number;
        data: Problem;
    }>(`/v1/services/${encodeURIComponent(service)}/deployments/${encodeURIComponent(deployment)}/approve`, oazapfts.json({
        ...opts,
        method: "POST",
        body: approveRequest,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Role: release-owner or operator.
 */
export function breakGlass(service: string, deployment: number, idempotencyKey: string, approveRequest: ApproveRequest, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 202;
        data: VerbAnswer;
    } | {
        status: number;
        data: Problem;
    }>(`/v1/services/${encodeURIComponent(service)}/deployments/${encodeURIComponent(deployment)}/break-glass`, oazapfts.json({
        ...opts,
        method: "POST",
        body: approveRequest,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Whoever is signed in.
 */
export function reject(service: string, deployment: number, idempotencyKey: string, rejectRequest: RejectRequest, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 202;
        data: VerbAnswer;
    } | {
        status: number;
        data: Problem;
    }>(`/v1/services/${encodeURIComponent(service)}/deployments/${encodeURIComponent(deployment)}/reject`, oazapfts.json({
        ...opts,
        method: "POST",
        body: rejectRequest,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Role: deployer or release-owner.
 */
export function pause(service: string, deployment: number, idempotencyKey: string, pauseRequest: PauseRequest, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 202;
        data: VerbAnswer;
    } | {
        status: number;
        data: Problem;
    }>(`/v1/services/${encodeURIComponent(service)}/deployments/${encodeURIComponent(deployment)}/pause`, oazapfts.json({
        ...opts,
        method: "POST",
        body: pauseRequest,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Role: deployer or release-owner.
 */
export function resume(service: string, deployment: number, idempotencyKey: string, approveRequest: ApproveRequest, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 202;
        data: VerbAnswer;
    } | {
        status: number;
        data: Problem;
    }>(`/v1/services/${encodeURIComponent(service)}/deployments/${encodeURIComponent(deployment)}/resume`, oazapfts.json({
        ...opts,
        method: "POST",
        body: approveRequest,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Role: release-owner.
 */
export function promote(service: string, deployment: number, idempotencyKey: string, promoteRequest: PromoteRequest, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 202;
        data: VerbAnswer;
    } | {
        status: number;
        data: Problem;
    }>(`/v1/services/${encodeURIComponent(service)}/deployments/${encodeURIComponent(deployment)}/promote`, oazapfts.json({
        ...opts,
        method: "POST",
        body: promoteRequest,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Role: release-owner.
 */
export function skipRegion(service: string, deployment: number, idempotencyKey: string, skipRegionRequest: SkipRegionRequest, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 202;
        data: VerbAnswer;
    } | {
        status: number;
        data: Problem;
    }>(`/v1/services/${encodeURIComponent(service)}/deployments/${encodeURIComponent(deployment)}/skip-region`, oazapfts.json({
        ...opts,
        method: "POST",
        body: skipRegionRequest,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Role: deployer or release-owner.
 */
export function abort(service: string, deployment: number, idempotencyKey: string, abortRequest: AbortRequest, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 202;
        data: VerbAnswer;
    } | {
        status: number;
        data: Problem;
    }>(`/v1/services/${encodeURIComponent(service)}/deployments/${encodeURIComponent(deployment)}/abort`, oazapfts.json({
        ...opts,
        method: "POST",
        body: abortRequest,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Role: release-owner.
 */
export function endUndo(service: string, deployment: number, idempotencyKey: string, approveRequest: ApproveRequest, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 202;
        data: VerbAnswer;
    } | {
        status: number;
        data: Problem;
    }>(`/v1/services/${encodeURIComponent(service)}/deployments/${encodeURIComponent(deployment)}/end-undo`, oazapfts.json({
        ...opts,
        method: "POST",
        body: approveRequest,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Role: release-owner or operator.
 */
export function pass(service: string, deployment: number, idempotencyKey: string, passRequest: PassRequest, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 202;
        data: {
            deployment: string;
            "number": number;
            by: string;
            reason: string;
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/services/${encodeURIComponent(service)}/deployments/${encodeURIComponent(deployment)}/pass`, oazapfts.json({
        ...opts,
        method: "POST",
        body: passRequest,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Whoever is signed in.
 */
export function showFleet(opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: Fleet;
    } | {
        status: number;
        data: Problem;
    }>("/v1/fleet", {
        ...opts
    }));
}
/**
 * Role: deployer or release-owner or operator.
 */
export function stopTheLine(idempotencyKey: string, stopTheLineRequest: StopTheLineRequest, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 202;
        data: Freeze;
    } | {
        status: number;
        data: Problem;
    }>("/v1/fleet/stop", oazapfts.json({
        ...opts,
        method: "POST",
        body: stopTheLineRequest,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Role: deployer or release-owner or operator.
 */
export function startTheLine(idempotencyKey: string, passRequest: PassRequest, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 202;
        data: Fleet;
    } | {
        status: number;
        data: Problem;
    }>("/v1/fleet/start", oazapfts.json({
        ...opts,
        method: "POST",
        body: passRequest,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Role: release-owner or operator.
 */
export function addFreeze(idempotencyKey: string, addFreezeRequest: AddFreezeRequest, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 202;
        data: Freeze;
    } | {
        status: number;
        data: Problem;
    }>("/v1/freezes", oazapfts.json({
        ...opts,
        method: "POST",
        body: addFreezeRequest,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Role: release-owner or operator.
 */
export function endFreeze(freeze: string, idempotencyKey: string, passRequest: PassRequest, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 202;
        data: Freeze;
    } | {
        status: number;
        data: Problem;
    }>(`/v1/freezes/${encodeURIComponent(freeze)}/end`, oazapfts.json({
        ...opts,
        method: "POST",
        body: passRequest,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Whoever is signed in.
 */
export function listRegions(opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: RegionList;
    } | {
        status: number;
        data: Problem;
    }>("/v1/regions", {
        ...opts
    }));
}
/**
 * Whoever is signed in.
 */
export function showRegion(region: string, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: Region;
    } | {
        status: number;
        data: Problem;
    }>(`/v1/regions/${encodeURIComponent(region)}`, {
        ...opts
    }));
}
/**
 * Role: operator.
 */
export function addRegion(region: string, idempotencyKey: string, addRegionRequest: AddRegionRequest, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 202;
        data: {
            region: string;
            changed: boolean;
            catchUp: {
                service: string;
                deployment: string | null;
                reason: string | null;
            }[];
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/regions/${encodeURIComponent(region)}/add`, oazapfts.json({
        ...opts,
        method: "POST",
        body: addRegionRequest,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Role: operator.
 */
export function drainRegion(region: string, idempotencyKey: string, passRequest: PassRequest, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 202;
        data: {
            region: string;
            changed: boolean;
            catchUp: {
                service: string;
                deployment: string | null;
                reason: string | null;
            }[];
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/regions/${encodeURIComponent(region)}/drain`, oazapfts.json({
        ...opts,
        method: "POST",
        body: passRequest,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Role: operator.
 */
export function undrainRegion(region: string, idempotencyKey: string, passRequest: PassRequest, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 202;
        data: {
            region: string;
            changed: boolean;
            catchUp: {
                service: string;
                deployment: string | null;
                reason: string | null;
            }[];
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/regions/${encodeURIComponent(region)}/undrain`, oazapfts.json({
        ...opts,
        method: "POST",
        body: passRequest,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Role: operator.
 */
export function removeRegion(region: string, idempotencyKey: string, removeRegionRequest: RemoveRegionRequest, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 202;
        data: {
            region: string;
            changed: boolean;
            catchUp: {
                service: string;
                deployment: string | null;
                reason: string | null;
            }[];
        };
    } | {
        status: number;
        data: Problem;
    }>(`/v1/regions/${encodeURIComponent(region)}/remove`, oazapfts.json({
        ...opts,
        method: "POST",
        body: removeRegionRequest,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Whoever is signed in.
 */
export function listGrants(opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            roles: {
                holder: string;
                role: "deployer" | "release-owner" | "operator";
                service: string | null;
                by: string | null;
                at: string;
            }[];
            teams: {
                team: string;
                members: string[];
            }[];
            owners: {
                service: string;
                owners: string[];
            }[];
        };
    } | {
        status: number;
        data: Problem;
    }>("/v1/grants", {
        ...opts
    }));
}
/**
 * Whoever is signed in.
 */
export function grant(idempotencyKey: string, grantRequest: GrantRequest, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 202;
        data: {
            right: string;
            changed: boolean;
            still?: string[];
        };
    } | {
        status: number;
        data: Problem;
    }>("/v1/grants", oazapfts.json({
        ...opts,
        method: "POST",
        body: grantRequest,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Whoever is signed in.
 */
export function revoke(idempotencyKey: string, grantRequest: GrantRequest, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 202;
        data: {
            right: string;
            changed: boolean;
            still?: string[];
        };
    } | {
        status: number;
        data: Problem;
    }>("/v1/revocations", oazapfts.json({
        ...opts,
        method: "POST",
        body: grantRequest,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Whoever is signed in.
 */
export function listReviews(opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: {
            reviews: {
                stage: string | null;
                broken: {
                    person: string;
                    role: "deployer" | "release-owner" | "operator";
                    reason: string;
                    incident: string;
                    at: string;
                }[];
                review: "none" | "wanted" | "accepted" | "objected";
                reviewedBy: string | null;
                reviewedAt: string | null;
                reviewReason: string | null;
                deployment: string;
                service: string;
                "number": number;
            }[];
        };
    } | {
        status: number;
        data: Problem;
    }>("/v1/reviews", {
        ...opts
    }));
}
/**
 * Role: release-owner or operator.
 */
export function review(service: string, deployment: number, idempotencyKey: string, reviewRequest: ReviewRequest, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 202;
        data: VerbAnswer;
    } | {
        status: number;
        data: Problem;
    }>(`/v1/services/${encodeURIComponent(service)}/deployments/${encodeURIComponent(deployment)}/review`, oazapfts.json({
        ...opts,
        method: "POST",
        body: reviewRequest,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "idempotency-key": idempotencyKey
        })
    })));
}
/**
 * Whoever is signed in.
 */
export function listAudit({ limit, cursor, service }: {
    limit?: number;
    cursor?: string;
    service?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: AuditPage;
    } | {
        status: number;
        data: Problem;
    }>(`/v1/audit${QS.query(QS.explode({
        limit,
        cursor,
        service
    }))}`, {
        ...opts
    }));
}
/**
 * Signs a browser in: sets the cookie of the session.
 */
export function signIn(sessionRequest: SessionRequest, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: SignedIn;
    } | {
        status: number;
        data: Problem;
    }>("/v1/session", oazapfts.json({
        ...opts,
        method: "POST",
        body: sessionRequest
    })));
}
export function signOut(opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 204;
    } | {
        status: number;
        data: Problem;
    }>("/v1/session", {
        ...opts,
        method: "DELETE"
    }));
}
/**
 * A link for the person who asks, good once, for ten minutes.
 */
export function createSignInLink(opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: SignInLink;
    } | {
        status: number;
        data: Problem;
    }>("/v1/sign-in-links", {
        ...opts,
        method: "POST"
    }));
}
/**
 * Server-sent events: the data of each is one of `ApiEvent`, its name the `type`.
 */
export function followEvents({ service, deployment, lastEventId }: {
    service?: string;
    deployment?: number;
    lastEventId?: string;
} = {}, opts?: Oazapfts.RequestOpts) {
    return oazapfts.ok(oazapfts.fetchJson<{
        status: 200;
        data: ApiEvent;
    } | {
        status: number;
        data: Problem;
    }>(`/v1/events${QS.query(QS.explode({
        service,
        deployment
    }))}`, {
        ...opts,
        headers: oazapfts.mergeHeaders(opts?.headers, {
            "Last-Event-ID": lastEventId
        })
    }));
}
