import { hostId, serviceName } from '../../domain/names.ts';
import type { HostId, ServiceName } from '../../domain/names.ts';
import { RegionCommandError } from './command-error.ts';

/** What was typed, as what it has to be. @throws RegionCommandError `usage` */
const given = <Value>(read: () => Value): Value => {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new RegionCommandError('usage', error.message);
  }
};

export const givenService = (text: string): ServiceName => given(() => serviceName(text));
export const givenHost = (text: string): HostId => given(() => hostId(text));
export const givenWith = given;

/** Reasons are shown in one line. @throws RegionCommandError `usage` */
export function givenReason(text: string): string {
  const reason = text.trim();
  if (reason !== '' && reason.length <= 500) return reason;
  throw new RegionCommandError('usage', `--reason must be 1 to 500 characters; it has ${reason.length}`);
}

/** @throws RegionCommandError `usage` */
export function givenSwitch(text: string): boolean {
  if (text === 'on' || text === 'off') return text === 'on';
  throw new RegionCommandError('usage', `it must be on or off, not ${JSON.stringify(text).slice(0, 40)}`);
}
