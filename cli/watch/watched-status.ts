import type { Status, StatusScope } from '../status.ts';

/** What runs where, while it is watched. */
export interface WatchedStatus {
  read(): Promise<Status>;
  print(status: Status): void;
}

/** Which events concern it; those of one region can't be asked for. */
export const eventsOf = ({ service }: StatusScope) => (service === null ? {} : { service });

/** Where nothing streams: a status is more to read than one deployment. */
export const pollEveryMs = 2_000;
