import type { PlayPolicy, PolicySetting } from './policy.ts';
import { lifted, randomPoint, Runner } from './runs.ts';

/** Wanders between random points and looks at nothing: what `aimed` is compared with. */
export function wanderingPolicy({ rig, random }: PolicySetting): PlayPolicy {
  const runner = new Runner(rig, random);
  return {
    name: 'wandering',
    begin: () => {
      runner.begin();
    },
    act: ({ target }) => {
      if (runner.isOver()) {
        const to = randomPoint(rig, random);
        runner.start(random.next() < 0.15 ? lifted(rig, target, to) : [to]);
      }
      return runner.act(target);
    },
  };
}
