/**
 * An arm or a gantry that takes G-code (uArm, a printer's or a plotter's carriage): its firmware knows its kinematics, we
 * send places. Motions go out as short pieces, so that it stops by itself soon after its host died.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Vector3 } from '../spec/action.ts';
import { ForesightError, messageOf } from '../spec/errors.ts';
import { inverseKinematics } from '../spec/inverse-kinematics.ts';
import { straightLine } from '../spec/motion.ts';
import { parseSettings, type ArmSetup } from './arm-setup.ts';
import { GcodeLine } from './gcode/gcode-line.ts';
import { GcodePlaces } from './gcode/gcode-places.ts';
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
    const arm = makeGcodeArm(new GcodePlaces(line, settings), setup, settings);
    await arm.state();
    return arm;
  } catch (error) {
    await line.close();
    throw error;
  }
}

function makeGcodeArm(
  places: GcodePlaces,
  { limits, periodS, onNotice }: ArmSetup,
  { tickMs, watchdogMs, maxMPerS }: Settings,
): Robot {
  let phase: 'resting' | 'armed' | 'closed' = 'resting';
  let target: Vector3 = [0, 0, 0];
  /** Why the arm holds still although it was armed; until it is armed again. */
  let fault: ForesightError | null = null;

  const fail = async (error: unknown): Promise<void> => {
    stream.stop();
    if (phase !== 'armed') return;
    phase = 'resting';
    const { message, next = 'run the command again' } = messageOf(error);
    fault = new ForesightError(`gcode-arm holds still: ${message}`, { next, cause: error });
    onNotice?.(fault.message);
    await places.stop().catch(() => null);
  };
  const stream = new GoalStream({
    tickMs,
    watchdogMs,
    maxSpeed: [maxMPerS, maxMPerS, maxMPerS],
    write: (goal) => places.goTo(goal as unknown as Vector3),
    onStall: (gapMs) =>
      void fail(new ForesightError(`this computer sent no goal for ${Math.round(gapMs)} ms`)),
    onError: (error) => void fail(error),
  });

  const assertArmed = (): void => {
    if (phase === 'closed') throw closed();
    if (fault !== null) throw fault;
    if (phase === 'armed') return;
    throw new ForesightError('gcode-arm: not armed, nothing moves', { next: 'arm it first: robot.arm()' });
  };

  const hold = async (): Promise<void> => {
    stream.stop();
    // The firmware may still have pieces to go when the stream has ended.
    if (phase !== 'armed') return;
    try {
      const here = await places.stop();
      stream.startFrom(here);
      target = insideWorkspace(limits, here);
    } catch (error) {
      await fail(error);
    }
  };

  return {
    name: 'gcode-arm',
    actionSpec: limits.actionSpec,

    async arm() {
      if (phase === 'closed') throw closed();
      if (phase === 'armed') return;
      const from = await places.switchOn();
      stream.startFrom(from);
      target = insideWorkspace(limits, from);
      fault = null;
      phase = 'armed';
      const farthest = Math.max(...target.map((v, d) => Math.abs(v - from[d])));
      if (farthest < THERE_M) return;
      onNotice?.('gcode-arm: the arm comes slowly to its workspace');
      stream.follow(straightLine(from, target), farthest / COMING_IN_M_PER_S);
      while (stream.isMoving) await sleep(tickMs);
      assertArmed();
    },

    /** The tip is where the firmware has it; the joints are those of the rig's chain, there. */
    async state() {
      if (phase === 'closed') throw closed();
      const tip = await places.whereItIs();
      const inside = insideWorkspace(limits, tip);
      if (phase === 'resting') target = inside;
      return { jointsRad: inverseKinematics(limits.arm, inside), tip };
    },

    // Steppers do not tell that they are held back.
    target: () => target,

    async send(action) {
      assertArmed();
      const from = target;
      const allowed = limitAction(limits, from, action);
      stream.follow(straightLine(from, allowed.target), periodS);
      target = allowed.target;
      return allowed.sent;
    },

    hold,

    async close() {
      if (phase === 'closed') return;
      await hold();
      const wasArmed = phase === 'armed';
      phase = 'closed';
      await places.close(wasArmed);
    },
  };
}

function closed(): ForesightError {
  return new ForesightError('gcode-arm: the arm is closed', { next: 'open the rig again' });
}
