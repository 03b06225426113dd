/** Which servos are on a bus, and how they are. Only asks: nothing is written, nothing moves. */
import { ServoBus } from './bus.ts';
import { ServoError } from './servo-error.ts';

/** A servo that answered. */
export interface ServoFound {
  readonly id: number;
  readonly modelNumber: number;
  /** 0: position. */
  readonly mode: number;
  /** Ticks, as in its EEPROM. */
  readonly homingOffset: number;
  /** Where it stands, ticks, the homing offset taken off. */
  readonly position: number;
  readonly voltageV: number;
  readonly temperatureC: number;
}

/** An answer takes about 1 ms, adapters keep it for up to 16: who is silent twice for so long is not there, ms. */
const TIMEOUT_MS = 60;

/**
 * Asks each of `ids` in turn; those that do not answer are left out. Throws a ForesightError when the port cannot be opened
 * or its cable is pulled.
 */
export async function surveyServos(
  port: string,
  ids: readonly number[],
  timeoutMs = TIMEOUT_MS,
): Promise<ServoFound[]> {
  const bus = new ServoBus(port, { timeoutMs, retries: 1 });
  await bus.open();
  try {
    const found: ServoFound[] = [];
    for (const id of ids) {
      const servo = await askServo(bus, id);
      if (servo !== null) found.push(servo);
    }
    return found;
  } finally {
    await bus.close();
  }
}

/** Null when it does not answer. */
async function askServo(bus: ServoBus, id: number): Promise<ServoFound | null> {
  try {
    const [kept] = await bus.syncRead([id], ['modelNumber', 'homingOffset', 'mode']);
    const [now] = await bus.syncRead([id], ['presentPosition', 'presentVoltage', 'presentTemperature']);
    return {
      id,
      ...kept,
      position: now.presentPosition,
      voltageV: now.presentVoltage / 10,
      temperatureC: now.presentTemperature,
    };
  } catch (error) {
    if (error instanceof ServoError && error.problem === 'silent') return null;
    throw error;
  }
}
