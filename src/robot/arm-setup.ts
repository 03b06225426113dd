/** What every real arm is opened with. */
import type { z } from 'zod';
import { ForesightError } from '../spec/errors.ts';
import type { Limits } from './limits.ts';
import type { Robot } from './robot.ts';

export interface ArmSetup {
  readonly limits: Limits;
  /** How long a control step takes, seconds: a motion has ended by then. */
  readonly periodS: number;
  /** The driver's own settings, as the rig's file has them: its port, its calibration. Checked by the driver. */
  readonly settings?: unknown;
  /** Is told what the arm does by itself: that it pauses because it is hot, say. */
  readonly onNotice?: (message: string) => void;
}

/** Opens an arm: nothing moves. Throws a ForesightError when it is not there, or not as described. */
export type OpenArm = (setup: ArmSetup) => Promise<Robot>;

/** An arm that stands on a table. */
export interface RealArm {
  readonly open: OpenArm;
  /** Of its driver's settings: strict, every field with a default that is safe on a table. */
  readonly settings: z.ZodType;
}

/** A driver's settings, defaults filled in. Throws a ForesightError that names the first field that is wrong. */
export function parseSettings<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  arm: string,
): z.output<Schema> {
  const result = schema.safeParse(value ?? {});
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const field = ['driver', ...issue.path].join('.');
  throw new ForesightError(`${arm}: ${field}: ${issue.message}`, {
    next: 'correct it in the rig\'s file; docs/real-arm.md lists the fields of "driver"',
  });
}
