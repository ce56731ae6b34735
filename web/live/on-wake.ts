/** Calls `wake` when the network is back, and when somebody looks at the page again. @returns ends it */
export function onWake(wake: () => void): () => void {
  const look = (): void => {
    if (document.visibilityState === 'visible') wake();
  };
  window.addEventListener('online', look);
  document.addEventListener('visibilitychange', look);
  return () => {
    window.removeEventListener('online', look);
    document.removeEventListener('visibilitychange', look);
  };
}
