import type { PlayPolicy, PolicySetting } from './policy.ts';
import { lifted, randomPoint, Runner } from './runs.ts';

/** Wanders between random points and looks at nothing: what `aimed` is compared with. */
export function wanderingPolicy({ rig, random }: PolicySetting): PlayPolicy {
  const runner = new Runner(rig, random, (from) => {
    const to = randomPoint(rig, random);
    return random.next() < 0.15 ? lifted(rig, from, to) : [to];
  });
  return {
    name: 'wandering',
    begin: () => {
      runner.begin();
    },
    act: ({ target }) => runner.act(target),
  };
}
