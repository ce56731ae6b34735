/** Lets the process that imports it believe that it is another machine's: `--import 'file:…/another-boot.mjs?<boot id>'`. */
import { pretendBoot } from './operations/pretend-boot.ts';

pretendBoot(new URL(import.meta.url).search.slice(1));
