/** How fast an arm's six servos are read and written over their bus: a control loop needs 100 times a second. */
import { ServoBus } from '../robot/feetech/bus.ts';
import { SERVO_NAMES } from '../robot/feetech/calibration.ts';
import { findSerialPort } from '../robot/serial-port.ts';
import type { So101Settings } from '../robot/so101-settings.ts';
import { durations, rate, type Measurement } from './measure.ts';

/** Exchanges in one repeat. */
const EXCHANGES = 50;

/**
 * Reads all servos, and writes to all and reads them again, on an SO-101's serial port. Nothing moves: each servo's torque
 * limit is set to what it is. Throws a ForesightError when a servo does not answer.
 */
export async function benchServoBus(settings: So101Settings, repeats: number): Promise<Measurement[]> {
  const ids = SERVO_NAMES.map((name) => settings.calibration[name].id);
  const port = settings.port ?? (await findSerialPort());
  const bus = new ServoBus(port);
  await bus.open();
  try {
    const readAll = async (): Promise<void> => {
      await bus.syncRead(ids, ['presentPosition', 'presentVelocity', 'presentLoad', 'presentTemperature']);
    };
    const limits = (await bus.syncRead(ids, ['torqueLimit'])).map(({ torqueLimit }) => torqueLimit);
    const reading = await durations(repeats, async () => {
      for (let k = 0; k < EXCHANGES; k++) await readAll();
    });
    const both = await durations(repeats, async () => {
      for (let k = 0; k < EXCHANGES; k++) {
        await bus.syncWrite('torqueLimit', ids, limits);
        await readAll();
      }
    });
    return [
      rate(`servo bus, all ${ids.length} read`, 'exchanges', EXCHANGES, reading),
      rate(`servo bus, all ${ids.length} written, then read`, 'exchanges', EXCHANGES, both),
    ];
  } finally {
    await bus.close();
  }
}
