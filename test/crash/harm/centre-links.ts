import { apiUrl, type Program, type StackShape } from '../../../infra/local/programs.ts';
import { openLink, type Link } from './link.ts';

/** A region's ways to the centre. */
export interface CentreLinks {
  readonly temporal: Link;
  readonly api: Link;
}

export const openCentreLinks = async (shape: StackShape): Promise<CentreLinks> => ({
  temporal: await openLink(`127.0.0.1:${shape.addresses.temporal}`),
  api: await openLink(new URL(apiUrl(shape)).host),
});

/** The program as it is to be started: where it is the worker of one of these regions, it reaches the centre by its links. */
export function byItsLinks(program: Program, links: ReadonlyMap<string, CentreLinks>): Program {
  const { name, command } = program;
  const ofRegion = name.startsWith('region-worker-') ? links.get(name.replace(/^region-worker-/, '')) : undefined;
  if (ofRegion === undefined) return program;
  const { temporal, api } = ofRegion;
  const env = {
    ...command.env,
    SLIPWAY_TEMPORAL_ADDRESS: temporal.address,
    SLIPWAY_API_URL: `http://${api.address}`,
  };
  return { ...program, command: { ...command, env } };
}
