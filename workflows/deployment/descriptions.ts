/** What each message does and takes, where Temporal's Web UI offers to send it. */
export const descriptions = {
  status: 'where it stands, its regions, and what an approval is bound to',
  approve: "agrees to it; the input is what the deployment's page in the dashboard makes",
  breakGlass:
    'goes past an approval in an emergency; the input is a token that the api makes, with reason and incident',
  reject:
    'ends it before it touches a region, or undoes it before a stage that waits for approval; input: {"reason": "…"}',
  pause: 'no new batch starts; input, if any: {"reason": "…"}',
  resume: 'goes on; the input is a token that the api makes',
  abort: 'stops and undoes it; input, if any: {"reason": "…"}, {"hold": true} to leave hosts where they are',
  promote: 'ends the bake of a stage early; the input is {"token": "…", "reason": "…"} with a token that the api makes',
  skipRegion:
    'goes on without a region; the input is {"token": "…", "region": "…", "reason": "…"} with a token that the api makes',
  endUndo: 'waits no longer for regions that are not undone; the input is a token that the api makes',
  regionProgress: 'what a region tells; not for people',
} as const;
