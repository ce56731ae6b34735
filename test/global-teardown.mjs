import { once } from 'node:events';

export default async function stopTestServers() {
  const owner = globalThis.slipwayTestServers;
  owner.stdin.end();
  if (owner.exitCode === null) await once(owner, 'exit');
}
