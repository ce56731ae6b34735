/* global window, document, performance, MutationObserver */
// Runs in the page, before its own script. An event's time of record stands in the stream's data and at its line of the
// timeline alike.
const watch = { received: {}, shown: {} };
const now = () => performance.timeOrigin + performance.now();
const Stream = window.EventSource;
window.EventSource = class extends Stream {
  constructor(...parts) {
    super(...parts);
    this.addEventListener('change', ({ data }) => (watch.received[JSON.parse(data).at] ??= now()));
  }
};
const look = () => {
  for (const line of document.querySelectorAll('.timeline time')) watch.shown[line.dateTime] ??= now();
};
new MutationObserver(look).observe(document, { subtree: true, childList: true });
window.watch = watch;
