/** What each variable is for; what it must look like stands in its schema. A test holds the two together. */
export const variablePurposes: Readonly<Record<string, string>> = {
  SLIPWAY_LOG_LEVEL: 'What is logged, as one JSON line each, to standard output.',
  SLIPWAY_DATA: 'Spans are written to files below its `traces`; left out, to none.',
  SLIPWAY_TEMPORAL_ADDRESS: 'Where Temporal is.',
  SLIPWAY_TEMPORAL_NAMESPACE: 'The same one for every program of an installation.',
  SLIPWAY_CENTRAL_DATABASE_URL: 'The central Postgres.',
  SLIPWAY_TEMPORAL_UI_URL: "Where people open a workflow. Left out, answers hold no links to Temporal's Web UI.",
  SLIPWAY_COMMIT_URL: 'Where people read a commit. Left out, answers hold no links to commits.',
  SLIPWAY_TRACE_URL: 'Where people read the trace of a deployment. Left out, answers hold no links to traces.',
  SLIPWAY_CENTRAL_STORE: 'The folder of the central store: releases and logs. Shared by all programs that name it.',
  SLIPWAY_HOOKS:
    'Whether specs may have hooks, which run on build workers. The same for the api and the control worker.',
  SLIPWAY_BREAK_GLASS:
    'Who may go past an approval in an emergency: one person, whom another reviews afterwards; two; or nobody. A spec can ask for more, never for less. The same for the api and the control worker.',
  SLIPWAY_WEB: 'The folder of the built pages. Left out, the api serves none.',
  SLIPWAY_API_LISTEN: 'Where people, the code review and region workers reach the api. Port 0 takes a free one.',
  SLIPWAY_GITHUB_WEBHOOK_SECRET_FILE: 'The secret that the webhook of the code review is signed with.',
  SLIPWAY_APPROVAL_KEY_FILE: 'With this Ed25519 key (PEM) the api attests who approved.',
  SLIPWAY_APPROVAL_PUBLIC_KEY_FILE: 'The public half of the approval key: approvals are verified with it.',
  SLIPWAY_BUILD_KEY_FILE: 'Ed25519 key (PEM) that signs manifests of releases.',
  SLIPWAY_ADMISSION_KEY_FILE: 'Ed25519 key (PEM) that signs admissions: this release may run there.',
  SLIPWAY_FLEET_MAX_DEPLOYMENTS: 'Deployments that go on at once, over all services; others wait. Left out, no limit.',
  SLIPWAY_FLEET_MAX_PER_REGION: 'The same for those that touch one region. Left out, no limit.',
  SLIPWAY_WORKFLOW_BUNDLE: 'The bundled workflows. Its digest is the version that Temporal pins deployments to.',
  SLIPWAY_PROMETHEUS_URL:
    'Where metrics of specs are asked for, by the control worker. Without it a spec that has metrics is refused in the plan.',
  SLIPWAY_PROMETHEUS_TOKEN_FILE: 'A bearer token for that server. It is read again for each query.',
  SLIPWAY_SCRATCH: "Checkouts, mirrors of repositories, builds. This worker's alone.",
  SLIPWAY_BUILD_USER: 'Who foreign code runs as, when the worker is root.',
  SLIPWAY_GIT_CREDENTIALS:
    "For private repositories: a file of git's `credential-store`, which only the worker may read.",
  SLIPWAY_GIT_PROTOCOLS: 'How repositories may be cloned.',
  PATH: 'Where builds find their commands, and the worker finds git.',
  SLIPWAY_REGION: 'The region that the program belongs to.',
  SLIPWAY_REGION_DATABASE_URL: "This region's own Postgres.",
  SLIPWAY_DIRECTOR_KEY_FILE: "Ed25519 key (PEM) that signs this region's goals.",
  SLIPWAY_ROOT_FILE: 'The signed root document: which key may do what.',
  SLIPWAY_REGION_STORE: "The folder of this region's store.",
  SLIPWAY_API_URL: "Where the region's counts are sent: the api.",
  SLIPWAY_REGION_TOKEN_FILE: 'The token with which the region speaks to the api.',
  SLIPWAY_GATEWAY_LISTEN: "Where the region's hosts reach the gateway. Port 0 takes a free one.",
  SLIPWAY_GATEWAY_OPERATORS_LISTEN:
    'Where `/metrics`, `/readyz` and `/healthz` are also served, over plain HTTP, and also while the gateway takes no connection of a host. For the network of operators, not of hosts.',
  SLIPWAY_HOST: "The host's name, as it was enrolled.",
  SLIPWAY_GATEWAY_URL:
    'The gateway of its region, or several of them: it uses one at a time, and goes to the next when that does not answer.',
  SLIPWAY_ENROLMENT_TOKEN_FILE:
    'A token that enrols this host, once. It is read only while the host has no certificate that its region takes; it may come later.',
  SLIPWAY_MACHINE_ID_FILE:
    "The machine's id (`/etc/machine-id` unless said), of which the gateway is told a digest: a copied disk is noticed by it.",
  SLIPWAY_AUTHORITY_KEY_FILE: "The key of the region's authority, which certifies its hosts and gateways.",
  SLIPWAY_HOST_CERTIFICATE_DAYS:
    'How long certificates of hosts are valid (90 days unless said). They are renewed after a third of it.',
  SLIPWAY_SECRETS_FOLDER:
    'Values of secrets, one file each: `<service>/<name>` below it. Read again at each start of an instance.',
  SLIPWAY_SECRETS_COMMAND:
    'Instead of a folder: a command that is given service and name, and prints the value ([how to](../how-to/give-secrets.md)).',
  SLIPWAY_MEMORY_FOLDER:
    'A folder in memory (tmpfs or ramfs), where files of secrets lie while an instance runs. Default: /dev/shm.',
  SLIPWAY_AGENT_DIRECTORY: 'Releases, memory and logs of the host; on one file system.',
  SLIPWAY_INSTANCE_PORTS: 'Each instance gets a port out of these as `PORT`.',
  SLIPWAY_CGROUP:
    "Below it each instance gets a process group of the kernel (cgroup v2): `run.limits` needs it ([how to](../how-to/add-a-host.md#limits)). Left out, the unit's own where the agent is in a group `slipway-agent` below that.",
  SLIPWAY_RESERVE_BYTES: 'Disk that no fetch may touch. Default: 5 % of the disk, at least 1 GiB.',
  SLIPWAY_TREE_LOOK_MS:
    'Time between two looks at the installed trees of what runs (docs/host-agent.md). Default: 30000.',
};
