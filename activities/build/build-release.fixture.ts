/** Run by build-release.test.ts, to be killed: one buildRelease with scratch and store below argv[2]. */
import { MockActivityEnvironment } from '@temporalio/testing';
import { makeBuildActivities } from '../../test/build-fixture.ts';
import type { BuildReleaseInput } from './contract.ts';

const { activities } = await makeBuildActivities(process.argv[2]!);
const input = JSON.parse(process.argv[3]!) as BuildReleaseInput;
await new MockActivityEnvironment().run(() => activities.buildRelease(input));
