/**
 * An arm or a gantry that takes G-code (uArm, a printer's or a plotter's carriage): its firmware knows its kinematics, we
 * send places. Motions go out as short pieces, so that it stops by itself soon after its host died.
 */
import { z } from 'zod';
import type { Action, ActionSpec, Vector3 } from '../spec/action.ts';
import { ForesightError, messageOf } from '../spec/errors.ts';
import type { ArmState } from '../spec/episode.ts';
import { inverseKinematics } from '../spec/inverse-kinematics.ts';
import { straightLine } from '../spec/motion.ts';
import { parseSettings, type ArmSetup } from './arm-setup.ts';
import { GcodeLine } from './gcode/gcode-line.ts';
import { GoalStream } from './goal-stream.ts';
import { checkWorkspace, insideWorkspace, limitAction } from './limits.ts';
import type { Robot } from './robot.ts';
import { findSerialPort } from './serial-port.ts';

export const gcodeArmSettingsSchema = z
  .strictObject({
    port: z.string().min(1).optional(),
    baudRate: z.number().int().positive().default(115200),
    /** Where the firmware's zero is in the table's frame, m, and how far its x axis is turned from ours, rad. */
    zero: z.tuple([z.number(), z.number(), z.number()]).readonly().default([0, 0, 0]),
    yawRad: z.number().default(0),
    /** No axis moves faster, m/s. */
    maxMPerS: z.number().positive().default(0.15),
    tickMs: z.number().positive().default(50),
    watchdogMs: z.number().positive().default(400),
    /** Sent when the arm is armed, after G21 (millimetres) and G90 (absolute): G28 for one that must find its zero. */
    startup: z.array(z.string()).readonly().default(['M17']),
    /** What makes the firmware say where it is (uArm: P2220), and stop at once. */
    positionQuery: z.string().default('M114'),
    stop: z.string().default('M410'),
    /** Sent when the arm is closed: motors off. */
    shutdown: z.array(z.string()).readonly().default(['M18']),
  })
  .readonly();

type Settings = z.output<typeof gcodeArmSettingsSchema>;

/** Coming to the workspace from outside, m/s. */
const COMING_IN_M_PER_S = 0.03;
/** Near enough to a place to be there, m. */
const THERE_M = 0.001;

/** Opens the arm on its serial port: it only says where it is. */
export async function openGcodeArm(setup: ArmSetup): Promise<Robot> {
  const settings = parseSettings(gcodeArmSettingsSchema, setup.settings, 'gcode-arm');
  checkWorkspace(setup.limits);
  const line = new GcodeLine(settings.port ?? (await findSerialPort()), settings.baudRate);
  try {
    await line.open(settings.positionQuery);
    const arm = new GcodeArm(line, setup, settings);
    await arm.state();
    return arm;
  } catch (error) {
    await line.close();
    throw error;
  }
}

class GcodeArm implements Robot {
  readonly name = 'gcode-arm';
  readonly actionSpec: ActionSpec;
  readonly #line: GcodeLine;
  readonly #setup: ArmSetup;
  readonly #settings: Settings;
  readonly #stream: GoalStream;
  #target: Vector3 = [0, 0, 0];
  /** The last place that was sent. */
  #sent: Vector3 = [0, 0, 0];
  #phase: 'resting' | 'armed' | 'closed' = 'resting';
  #fault: ForesightError | null = null;

  constructor(line: GcodeLine, setup: ArmSetup, settings: Settings) {
    this.#line = line;
    this.#setup = setup;
    this.#settings = settings;
    this.actionSpec = setup.limits.actionSpec;
    const { tickMs, watchdogMs, maxMPerS } = settings;
    this.#stream = new GoalStream({
      tickMs,
      watchdogMs,
      maxSpeed: [maxMPerS, maxMPerS, maxMPerS],
      write: (goal) => this.#moveTo(goal as unknown as Vector3),
      onStall: (gapMs) => void this.#fail(new ForesightError(`no goal for ${Math.round(gapMs)} ms`)),
      onError: (error) => void this.#fail(error),
    });
  }

  async arm(): Promise<void> {
    if (this.#phase === 'closed') throw closed();
    if (this.#phase === 'armed') return;
    await this.#line.open(this.#settings.positionQuery);
    for (const command of ['G21', 'G90', ...this.#settings.startup]) await this.#line.command(command);
    const from = await this.#whereItIs();
    const inside = insideWorkspace(this.#setup.limits, from);
    this.#fault = null;
    this.#phase = 'armed';
    this.#target = inside;
    this.#sent = from;
    this.#stream.startFrom(from);
    const farthest = Math.max(...inside.map((v, d) => Math.abs(v - from[d])));
    if (farthest < THERE_M) return;
    this.#setup.onNotice?.('gcode-arm: the arm comes slowly to its workspace');
    this.#stream.follow(straightLine(from, inside), farthest / COMING_IN_M_PER_S);
    while (this.#stream.isMoving) await new Promise((resolve) => setTimeout(resolve, this.#settings.tickMs));
    this.#assertArmed();
  }

  /** The tip is where the firmware has it; the joints are those of the rig's chain, there. */
  async state(): Promise<ArmState> {
    if (this.#phase === 'closed') throw closed();
    const tip = await this.#whereItIs();
    if (this.#phase === 'resting') this.#target = insideWorkspace(this.#setup.limits, tip);
    const { limits } = this.#setup;
    return { jointsRad: inverseKinematics(limits.arm, insideWorkspace(limits, tip)), tip };
  }

  /** Steppers do not tell that they are held back. */
  target(): Vector3 {
    return this.#target;
  }

  async send(action: Action): Promise<number[]> {
    this.#assertArmed();
    const from = this.#target;
    const { target, sent } = limitAction(this.#setup.limits, from, action);
    this.#stream.follow(straightLine(from, target), this.#setup.periodS);
    this.#target = target;
    return sent;
  }

  async hold(): Promise<void> {
    const wasMoving = this.#stream.isMoving;
    this.#stream.stop();
    if (this.#phase !== 'armed' || !wasMoving) return;
    try {
      await this.#line.command(this.#settings.stop);
      const here = await this.#whereItIs();
      this.#stream.startFrom(here);
      this.#sent = here;
      this.#target = insideWorkspace(this.#setup.limits, here);
    } catch (error) {
      await this.#fail(error);
    }
  }

  async close(): Promise<void> {
    if (this.#phase === 'closed') return;
    await this.hold();
    const wasArmed = this.#phase === 'armed';
    this.#phase = 'closed';
    try {
      if (wasArmed) for (const command of this.#settings.shutdown) await this.#line.command(command);
    } catch {
      // Unplugged: there is nothing to switch off.
    } finally {
      await this.#line.close();
    }
  }

  async #fail(error: unknown): Promise<void> {
    this.#stream.stop();
    if (this.#phase !== 'armed') return;
    this.#phase = 'resting';
    const { message, next = 'run the command again' } = messageOf(error);
    this.#fault = new ForesightError(`gcode-arm holds still: ${message}`, { next, cause: error });
    this.#setup.onNotice?.(this.#fault.message);
    await this.#line.command(this.#settings.stop).catch(() => {});
  }

  #assertArmed(): void {
    if (this.#phase === 'closed') throw closed();
    if (this.#fault !== null) throw this.#fault;
    if (this.#phase === 'armed') return;
    throw new ForesightError('gcode-arm: not armed, nothing moves', { next: 'arm it first: robot.arm()' });
  }

  /** One piece of the way, at the speed that takes it there within a tick. */
  async #moveTo(goal: Vector3): Promise<void> {
    const lengthMm = 1000 * Math.hypot(...goal.map((v, d) => v - this.#sent[d]));
    if (lengthMm < 0.001) return; // each piece was answered: the end need not be sent again
    const [x, y, z] = this.#toFirmware(goal).map((v) => (1000 * v).toFixed(3));
    const mmPerMinute = Math.ceil((lengthMm / this.#settings.tickMs) * 60_000);
    await this.#line.command(`G1 X${x} Y${y} Z${z} F${mmPerMinute}`);
    this.#sent = goal;
  }

  async #whereItIs(): Promise<Vector3> {
    const { positionQuery } = this.#settings;
    const answer = (await this.#line.command(positionQuery)).join(' ');
    const match = /X:?\s*(-?[\d.]+)\s*Y:?\s*(-?[\d.]+)\s*Z:?\s*(-?[\d.]+)/i.exec(answer);
    if (match === null) {
      throw new ForesightError(
        `${this.#line.path}: no position in the answer to ${positionQuery}: '${answer}'`,
        {
          next: "set positionQuery in the arm's settings (Marlin: M114, uArm: P2220)",
        },
      );
    }
    return this.#toTable(match.slice(1, 4).map((mm) => Number(mm) / 1000) as unknown as Vector3);
  }

  #toFirmware([x, y, z]: Vector3): Vector3 {
    const { zero, yawRad } = this.#settings;
    const [dx, dy] = [x - zero[0], y - zero[1]];
    const [c, s] = [Math.cos(yawRad), Math.sin(yawRad)];
    return [c * dx + s * dy, c * dy - s * dx, z - zero[2]];
  }

  #toTable([x, y, z]: Vector3): Vector3 {
    const { zero, yawRad } = this.#settings;
    const [c, s] = [Math.cos(yawRad), Math.sin(yawRad)];
    return [zero[0] + c * x - s * y, zero[1] + s * x + c * y, zero[2] + z];
  }
}

function closed(): ForesightError {
  return new ForesightError('gcode-arm: the arm is closed', { next: 'open the rig again' });
}
