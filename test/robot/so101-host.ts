/**
 * A process with an arm, which moves it and then does as its second argument says: `dies` waits to be killed, `stalls`
 * does nothing else for a second. Says how it gets on, a line of JSON at a time.
 */
import { messageOf } from '../../src/spec/errors.ts';
import { openSo101 } from '../../src/robot/so101.ts';
import { LIMITS } from '../emulator/so101-bench.ts';

const [port, fate] = process.argv.slice(2);
const say = (what: unknown): void => void process.stdout.write(`${JSON.stringify(what)}\n`);

const robot = await openSo101({
  limits: LIMITS,
  periodS: 2,
  settings: { port, replyTimeoutMs: 200, softStopMs: 0 },
});
await robot.arm();
await robot.send([1, 0, 0]);
await new Promise((resolve) => setTimeout(resolve, 400));
say({ moving: true });
if (fate === 'stalls') {
  await new Promise((resolve) => setTimeout(resolve, 50)); // until it is said
  const until = performance.now() + 1000;
  while (performance.now() < until);
  await new Promise((resolve) => setTimeout(resolve, 200));
  say(await robot.send([1, 0, 0]).then(() => ({ message: 'sent' }), messageOf));
  await robot.arm();
  await robot.send([-0.5, 0, 0]);
  await new Promise((resolve) => setTimeout(resolve, 2200));
  say({ tip: (await robot.state()).tip });
  await robot.close();
}
