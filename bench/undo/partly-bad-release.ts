import { sampleFiles } from '../../infra/local/demo/sample-files.ts';

/** Path → content of the sample's next version: every host but one finds it healthy. */
export function partlyBadFiles(regions: readonly string[], badHost: string): Readonly<Record<string, string>> {
  const files = sampleFiles({ greeting: `bad on ${badHost}`, health: 500 }, regions);
  const everywhere = 'writeHead(500)';
  const there = `writeHead(SLIPWAY_HOST === '${badHost}' ? 500 : 200)`;
  if (!files['server.mjs']?.includes(everywhere)) throw new Error('the sample answers its health in another way');
  return { ...files, 'server.mjs': files['server.mjs'].replace(everywhere, there) };
}
