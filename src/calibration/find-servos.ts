/** Which servos are on the bus; and, with a person's word, the id of one that has another than it should. */
import { ServoBus } from '../robot/feetech/bus.ts';
import { SERVO_NAMES, type Calibration } from '../robot/feetech/calibration.ts';
import { STS3215 } from '../robot/feetech/registers.ts';
import { surveyServos } from '../robot/feetech/survey.ts';
import { ensure, ForesightError } from '../spec/errors.ts';
import type { Person } from './person.ts';

/** Ids that people give; new servos have 1. All 254 would take half a minute to ask. */
const LIKELY_IDS = Array.from({ length: 32 }, (_, id) => id);
/** Enough for one that is there, since so many are asked, ms. */
const QUICK_MS = 30;

/**
 * Returns when six STS3215 with the calibration's ids answer. Throws a ForesightError that says which do not, and what to
 * do. When one servo alone is connected, whose id is none of the arm's or twice the same, it can be given another.
 */
export async function findServos(port: string, calibration: Calibration, person: Person): Promise<void> {
  const ids = SERVO_NAMES.map((name) => calibration[name].id);
  const found = await surveyServos(port, ids);
  const other = found.find(({ modelNumber }) => modelNumber !== STS3215);
  ensure(
    other === undefined,
    `servo ${other?.id} on ${port} is of model ${other?.modelNumber}, not an STS3215 (${STS3215})`,
    'this command calibrates SO-100 and SO-101 arms; check which arm is plugged in',
  );
  if (found.length === ids.length) {
    person.tell(`${port}: six STS3215 answer, ids ${ids.join(', ')}`);
    return;
  }
  const all = await surveyServos(port, LIKELY_IDS, QUICK_MS);
  if (all.length === 1 && (await changeId(port, all[0].id, calibration, person))) {
    throw new ForesightError('the servo has its new id; the others are not connected yet', {
      next: 'connect the next servo alone, or all six once each has its id, and run the command again',
    });
  }
  const missing = SERVO_NAMES.filter((name) => found.every(({ id }) => id !== calibration[name].id));
  const labels = missing.map((name) => `${calibration[name].id} (${name})`).join(', ');
  throw new ForesightError(`${port}: no answer from servo ${labels}`, {
    next:
      all.length === 0
        ? 'switch the power supply on: USB alone does not feed the servos'
        : 'check the cable that leads to the first of them; a servo whose id is wrong is given it when it is connected alone',
  });
}

/** Whether the person wanted it, and it was done. */
async function changeId(
  port: string,
  id: number,
  calibration: Calibration,
  person: Person,
): Promise<boolean> {
  person.tell(
    `${port}: one servo answers, with id ${id}. Its id can be changed, which is kept without power.`,
  );
  person.tell('Warning: never do so with two servos connected: both would have the same id from then on.');
  const names = SERVO_NAMES.map((name) => `${calibration[name].id} ${name}`).join(', ');
  const answer = await person.ask(`Type the id that it should have (${names}), or nothing to leave it.`, {
    kind: 'words',
  });
  const wanted = SERVO_NAMES.map((name) => calibration[name].id).find((one) => String(one) === answer.trim());
  if (wanted === undefined || wanted === id) return false;
  const bus = new ServoBus(port);
  await bus.open();
  try {
    await bus.write(id, 'lock', 0);
    // It answers with its new id: to the question after.
    await bus.write(id, 'id', wanted).catch(() => {});
    await bus.write(wanted, 'lock', 1);
    await bus.ping(wanted);
  } finally {
    await bus.close();
  }
  return true;
}
