/** Puts the clock of the process that imports it wrong: `--import 'file:…/wrong-clock.mjs?<days>'`. */
const offMs = Number(new URL(import.meta.url).search.slice(1)) * 86_400_000;
const RealDate = Date;

globalThis.Date = class Date extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(Date.now());
    else super(...args);
  }
  static now() {
    return RealDate.now() + offMs;
  }
};
