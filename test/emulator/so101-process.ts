/**
 * An emulated SO-101 in a process of its own, for trying things by hand: `npx tsx test/emulator/so101-process.ts` prints
 * the port to give to a rig, and then what is asked of it, once a second.
 */
import { ServoBusEmulator } from './servo-bus.ts';
import { servosAt } from './so101-bench.ts';

const emulator = new ServoBusEmulator({ positions: servosAt([0, 0, 0.09]) });
process.stdout.write(`${emulator.path}\n`);
let before = 0;
setInterval(() => {
  const ticks = emulator.positions().map((position) => Math.round(position));
  const goals = emulator.servos[0].goalWrites;
  if (goals !== before) process.stdout.write(`${goals - before} goals, servos at ${ticks.join(' ')}\n`);
  before = goals;
}, 1000);
process.on('SIGINT', () => {
  emulator.dispose();
  process.exit();
});
