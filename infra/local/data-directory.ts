import path from 'node:path';

/** Where the embedded stack keeps what. All below one folder, so that `--reset` is one deletion. */
export interface DataDirectory {
  readonly root: string;
  /** Pids of what this stack started, for the next start to find. */
  readonly processes: string;
  /** Written once: passwords, tokens and the webhook secret of this stack. */
  readonly secrets: string;
  readonly postgres: string;
  readonly temporalFile: string;
  readonly keys: string;
  readonly centralStore: string;
  readonly logs: string;
  readonly workflowBundle: string;
  /** Bundles of earlier starts, by build id: deployments in flight end on the code that they began with. */
  readonly keptBundles: string;
  /** What the api serves to browsers. */
  readonly pages: string;
  /** The people of this stack, for the command line. */
  readonly profiles: string;
  readonly sample: string;
  /** Is there once a demonstration was shown to its end. */
  readonly demonstrated: string;
  readonly cli: string;
  regionStore(region: string): string;
  /** Values of secrets, `<service>/<name>`: whoever runs this stack puts them there. */
  regionSecrets(region: string): string;
  agent(host: string): string;
}

export function dataDirectory(root: string): DataDirectory {
  const at = (...parts: string[]): string => path.join(root, ...parts);
  return {
    root,
    processes: at('run', 'processes.json'),
    secrets: at('run', 'secrets.json'),
    postgres: at('postgres'),
    temporalFile: at('temporal', 'temporal.db'),
    keys: at('keys'),
    centralStore: at('stores', 'central'),
    logs: at('logs'),
    workflowBundle: at('run', 'workflows.js'),
    keptBundles: at('run', 'workflows'),
    pages: at('pages'),
    profiles: at('run', 'profiles.json'),
    sample: at('sample'),
    demonstrated: at('run', 'demonstrated'),
    cli: at('cli.json'),
    regionStore: (region) => at('stores', region),
    regionSecrets: (region) => at('secrets', region),
    agent: (host) => at('hosts', host),
  };
}
