/** Folders of one run of foreign code. All of it is removed at its end. */
export interface Workspace {
  readonly root: string;
  /** For the checkout; its owner is the build account after `handOver`. */
  readonly source: string;
  /** Fresh, writable, empty: the HOME of the command. */
  readonly home: string;
  readonly temporary: string;
  /** Gives everything in it to the account that foreign code runs as. */
  handOver(): Promise<void>;
  /** Ends what still runs in it, then deletes it. */
  remove(): Promise<void>;
}

export interface Workspaces {
  create(): Promise<Workspace>;
}
