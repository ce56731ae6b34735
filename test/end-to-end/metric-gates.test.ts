/** Metric gates from the spec to the hosts: a whole stack, a real Prometheus, and a person at the command line. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { describeWithPrometheus, foundPrometheus } from '../with-prometheus.ts';
import { openReader, type Reader } from '../docs/reader.ts';
import { startPrometheus, type TestPrometheus } from '../prometheus-server.ts';

describeWithPrometheus('a release of a whole stack', () => {
  let prometheus: TestPrometheus;
  let reader: Reader;
  beforeAll(async () => {
    prometheus = await startPrometheus(foundPrometheus.file!);
    reader = await openReader({ SLIPWAY_PROMETHEUS_URL: prometheus.url });
    await carriedOut(`
      cp -r docs/examples/hello ~/hello
      cd ~/hello
      git init --quiet --initial-branch=main
      git config user.name lin
      git config user.email lin@example.com
      slipway init
      sed -i 's/bake: 30s/bake: 3s/; s/^health:/health:\\n  interval: 250ms/; /^approve:/,/roles:/d' slipway.yaml
      cat >> slipway.yaml <<'END'
        verify:
          metrics:
            - name: errors
              promql: max(errors{service="$service", release="$release", region="$region"})
              max: 0.01
              for: 2s
              every: 1s
              samples: 2
      END
      git add . && git commit --quiet --message "Say hello"
      slipway connect hello
    `);
  });
  afterAll(async () => {
    await reader?.leave();
    await prometheus?.close();
  });

  /** Its output. Lines are taken out of the margin of this file. */
  async function carriedOut(script: string): Promise<string> {
    const margin = / *$/.exec(script)![0].length + 2;
    const lines = script.split('\n').map((line) => line.replace(new RegExp(`^ {0,${margin}}`), ''));
    const { code, output } = await reader.bash(`export PATH="$PWD/cli/bin:$PATH"\n${lines.join('\n')}`);
    expect(code === 0 ? '' : output).toBe('');
    return output;
  }

  const errors = (release: number, value: string): string =>
    ['eu-west', 'us-east']
      .map((region) => `errors{service="hello",release="hello@${release}",region="${region}"} ${value}\n`)
      .join('');
  const merged = (text: string): string => `cd ~/hello
      git commit --quiet --allow-empty --message "${text}"
      slipway deliver`;

  test('is live when its metrics are good', async () => {
    prometheus.expose(errors(1, '0.004'));
    const output = await carriedOut(`
      cd ~/hello
      slipway deliver
      slipway watch hello/1
      slipway plan hello
    `);
    expect(output).toContain('errors at most 0.01 for 2 s, 2 samples or more, one every 1 s');
  });

  test('goes back from every host when one is bad', async () => {
    prometheus.expose(errors(2, '0.2'));
    const output = await carriedOut(`
      ${merged('Say it badly')}
      slipway watch hello/2 || test $? = 5
      slipway show hello/2
      slipway unlock hello --yes --reason "the fix is on its way"
    `);
    expect(output).toMatch(/verify: errors in (eu-west|us-east) 0\.20 of at most 0\.01/);
  });

  test('is held when nothing is measured, and goes on when a person says so', async () => {
    const output = await carriedOut(`
      ${merged('Say nothing')}
      for _ in $(seq 90); do slipway status hello | grep "held since" && break; sleep 1; done
      slipway resume hello/3 --yes
      slipway watch hello/3
    `);
    expect(output).toMatch(
      /held since .*: verify: errors in .* at most 0\.01: no data; a person must resume or abort it/,
    );
  });
});
