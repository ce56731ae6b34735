/** What each operation of the API does, by its `operationId`. A test holds it to the document. */
export const routePurposes: Readonly<Record<string, string>> = {
  me: 'Who is signed in, with roles.',
  about: 'Which Slipway answers, its clock, and how many regions report.',
  listServices: 'All services.',
  showService: 'A service: where it comes from, its lane, what runs where, its last ten deployments.',
  putService:
    'Connects a service: merges into the branch of its repository are deployed from now on. Again: changes where it comes from.',
  listServiceHosts: "Counts of the service's hosts, one entry a region.",
  showPlan: 'What a deployment would do. Nothing is touched.',
  showDialog: 'What a verb would do, said before it is done; its digest and idempotency key go with the verb.',
  showLane: 'The lane: its lock, what is active, what waits.',
  lock: 'Holds the lane shut. What is active goes on; what comes next waits.',
  unlock: 'Opens the lane.',
  redeploy:
    'A new deployment of what runs, to mend hosts that are not on it. Refused while one of that release is open.',
  hotfix:
    'Has a release go before all that waits but rollbacks, also on a locked lane. The active deployment is aborted: undone, or left held; one that has touched nothing is cancelled, one past its point of no return is awaited.',
  rollback:
    'Back to what ran before. An active deployment that has touched a region is aborted and undone; else one of kind `rollback` starts. Accepted on a locked lane.',
  listReleases: "The service's releases, newest first.",
  showRelease: 'One release, and where it runs.',
  showBuildLog: 'What its build printed.',
  listAllDeployments: 'Deployments of every service, newest first.',
  listDeployments: "The service's deployments, newest first.",
  showDeployment: 'One deployment: its state and why, its regions, its steps, what can be done.',
  showTimeline: 'What happened to a deployment, newest first.',
  listLeftHosts:
    'Hosts that its undo did not bring back: what each runs, and why. One that has come back, or that a later deployment has taken over, says when.',
  openLogReading:
    'Begins to read what instances of the service write, in one region; who asks, and why, is in the audit. Over when nobody has asked for more for 15 s.',
  nextLogs:
    'What has come since: held open until there is something, or `waitMs` are over. Keeps the reading open. What was seen is forgotten.',
  endLogReading: 'Ends it. Nothing of it is kept.',
  listHookRuns: 'Its hooks and their undos, with what each printed.',
  deploy: 'A new deployment of a release that is ready. It gets its number and its place in the lane.',
  retry:
    'A new deployment of the release of one that failed, was undone or cancelled. Refused, with the reason, for all others, and while one of that release is open.',
  approvalToken:
    'A signed statement that this person wants this verb on exactly this plan. It can be delivered for 15 minutes.',
  approve: 'Delivers a token: one more person agrees. Refused for a change of one’s own.',
  reject: 'Ends it before it touches a region.',
  pause: 'No new batch starts; batches that were allowed finish.',
  resume: 'Goes on after a pause or a hold. Needs a token.',
  abort: 'Stops it and undoes it in every region, or with `hold` leaves hosts where they are.',
  promote: 'Ends the bake of its stage early, if its hosts are well; not what metrics are watched for. Needs a token.',
  skipRegion:
    'Goes on without a region that does not move: hosts there stay where they are, and it gets the release by a deployment of its own. Needs a token for that region.',
  endUndo: 'Ends an undo that is stuck: hosts that have not gone back are left as they are. Needs a token.',
  pass: 'In an emergency, lets one deployment past freezes, caps and its window, for a reason that stays on record.',
  showFleet: 'What is held over all services, and which deployments run and wait.',
  stopTheLine: 'Stops deployments of all services. A line that is stopped stays as it is.',
  startTheLine: 'Lets them go on again: by who stopped the line, or a release-owner.',
  addFreeze: 'Lets no deployment begin, once, every week or every year. What has begun goes by its policy.',
  endFreeze: 'Ends a freeze; what waited goes on by itself.',
  listRegions: 'All regions, and when each last reported.',
  showRegion: 'One region, with its counts of every service.',
  addRegion:
    'Adds a region, with the digest of the token that its workers show. Services that name it are brought there.',
  drainRegion: 'Leaves a region out of rollouts from now on. Its hosts run on; rollbacks and undos still reach them.',
  undrainRegion: 'Lets a drained region take part again; what it missed is brought there.',
  removeRegion:
    'Takes a drained region out for good. Refused while a deployment or a current release goes there; hosts and obligations can be passed by force.',
  listGrants: 'Who may do what: roles by person and team, members of teams, owners of services.',
  grant: 'Gives a right: a role, for all services or for one, the ownership of a service, or the membership of a team.',
  revoke: 'Takes it away. A role for all services is taken off the tokens of the person, too.',
  listReviews: 'Glass that one person broke, and nobody else has looked at yet.',
  review: 'What another person says of glass that one person broke.',
  breakGlass: 'Goes past an approval in an emergency, with a token that holds reason and incident.',
  listAudit: 'Who did what, newest first; each record’s hash covers the one before it.',
  signIn: 'Signs a browser in, with a one-time code or a token, and sets the cookie of the session.',
  signOut: 'Ends the session of the browser.',
  createSignInLink: 'A link that signs the asking person in: good once, for ten minutes.',
  followEvents: 'Server-sent events: a snapshot, then every change.',
};
