import { differing, refused, type Scenario } from './line.js';

const REFUSAL = 'exit code of a refusal';

/** Clients of what runs, and what a monitor does without them. */
export const ATTACH_SCENARIOS: readonly Scenario[] = [
  {
    title: 'start -a and attach',
    lines: [
      'create --name p-made @IMAGE sh -c "echo out; echo err >&2; exit 4"',
      'start -a p-made',
      'start --attach --sig-proxy=false --detach-keys ctrl-a,x p-made',
      'create -i --name p-cat @IMAGE cat',
      { line: 'start -a -i p-cat', input: 'typed\n' },
      { line: 'start --attach --interactive p-cat', input: 'again\n' },
      refused('attach p-made', 'not running', REFUSAL),
      refused('attach --no-stdin --sig-proxy=false --detach-keys "" p-made', 'not running', REFUSAL),
      refused('attach p-none', 'no such container', REFUSAL),
      refused('attach', 'operand missing', REFUSAL),
      refused('start -a p-none', 'no such container', REFUSAL),
      'run --rm --detach-keys ctrl-a,ctrl-x @IMAGE echo x',
      refused('run --rm --detach-keys nope @IMAGE echo x', 'bad value', 'exit code of a failing set-up'),
      'run -d --name p-box @IMAGE sleep 1000',
      'exec --detach-keys "" p-box echo x',
      'stop -t 0 p-box',
    ],
  },
  {
    title: 'restart policies and health',
    lines: [
      'create --name p-one --restart on-failure:2 @IMAGE true',
      "inspect -f '{{.HostConfig.RestartPolicy.Name}} {{.HostConfig.RestartPolicy.MaximumRetryCount}}' p-one",
      'create --name p-two --restart always --stop-timeout 7 @IMAGE true',
      "inspect -f '{{.HostConfig.RestartPolicy.Name}} {{.Config.StopTimeout}}' p-two",
      refused('run --restart nope @IMAGE true', 'bad value'),
      refused('run --rm --restart always @IMAGE true', 'bad value'),
      'create --name p-ill --health-cmd "test -e /well" --health-interval 1m --health-timeout 5s --health-start-period 2s --health-retries 2 @IMAGE true',
      "inspect -f '{{.Config.Healthcheck.Test}} {{.Config.Healthcheck.Retries}}' p-ill",
      differing('inspect -f {{.Config.Healthcheck.Interval}} p-ill', 'times of inspect'),
      'create --name p-well --no-healthcheck @IMAGE true',
      refused('run --rm --health-cmd true --health-interval x @IMAGE true', 'bad value'),
      differing('ps -a -f name=^p-ill -f health=none --format {{.Names}}', 'health of a filter'),
    ],
  },
  {
    title: 'run --privileged',
    lines: [
      'run --rm --privileged @IMAGE grep -E "Cap(Eff|Bnd)|NoNewPrivs|Seccomp:" /proc/self/status',
      'run --rm --privileged @IMAGE sh -c "mount -t tmpfs none /mnt && echo mounted"',
      'run --rm @IMAGE sh -c "mount -t tmpfs none /mnt && echo mounted"',
      'run --rm --security-opt seccomp=unconfined @IMAGE grep Seccomp: /proc/self/status',
      'run --rm @IMAGE grep Seccomp: /proc/self/status',
      refused('run --rm --security-opt seccomp=/no/such @IMAGE true', 'no such file'),
    ],
  },
];
