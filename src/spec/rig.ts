/**
 * The rig: one strict description of arm, camera, workspace and control rate. The simulator is a rig like any
 * other; nothing downstream knows which one it has. Every episode and every checkpoint carries its rig.
 */
import { z } from 'zod';
import { ForesightError } from './errors.ts';
import { videoSchema } from './video.ts';

const vector3 = z.tuple([z.number(), z.number(), z.number()]).readonly();
const capsule = z.strictObject({ from: vector3, to: vector3, radius: z.number().positive() }).readonly();
/** The size of a picture in pixels, in a config. */
export const frameSizeSchema = z
  .strictObject({ height: z.number().int().positive(), width: z.number().int().positive() })
  .readonly();

export const rigSchema = z
  .strictObject({
    name: z.string().min(1),
    /** Name of the arm in the robot registry. */
    robot: z.string().min(1),
    /** The real arm's own settings, its port and its calibration among them: strict, checked by its driver. */
    driver: z.record(z.string(), z.unknown()).readonly().optional(),
    /** Name of the camera in the camera registry. */
    camera: z.string().min(1),
    /** What a real camera films, and how. */
    video: videoSchema.optional(),
    /** Size of the recorded frames. */
    frame: frameSizeSchema,
    /** Control steps a second; one action leads from one frame to the next. */
    controlHz: z.number().positive(),
    action: z
      .strictObject({
        names: z.array(z.string()).readonly(),
        unit: z.literal('m'),
        kind: z.literal('delta'),
        scale: z.array(z.number().positive()).readonly(),
      })
      .readonly(),
    /** Where the gripper's tip may be sent, metres in the table's frame. */
    workspace: z.strictObject({ low: vector3, high: vector3 }).readonly(),
    /** The table's surface, at z = 0, metres. */
    table: z.strictObject({
      low: z.tuple([z.number(), z.number()]),
      high: z.tuple([z.number(), z.number()]),
    }),
    /** From a point in metres to a pixel of `size`; row-major 3x4. Measured on a real table. */
    projection: z
      .strictObject({ size: frameSizeSchema, matrix: z.array(z.number()).length(12).readonly() })
      .readonly(),
    arm: z
      .strictObject({
        base: vector3,
        baseYawRad: z.number(),
        baseCapsules: z.array(capsule).readonly(),
        links: z
          .array(
            z
              .strictObject({
                name: z.string(),
                origin: vector3,
                axis: vector3,
                limitsRad: z.tuple([z.number(), z.number()]).readonly(),
                capsules: z.array(capsule).readonly(),
              })
              .readonly(),
          )
          .readonly(),
        tip: vector3,
      })
      .readonly(),
  })
  .readonly();

export type Rig = z.infer<typeof rigSchema>;

/**
 * Whether what is recorded with both belongs together: they agree in everything but where the same camera is plugged in
 * today, and how the arm's driver reaches and drives it.
 */
export function isSameRig(a: Rig, b: Rig): boolean {
  const lasting = ({ driver: _driver, video, ...rest }: Rig): unknown =>
    video === undefined ? rest : { ...rest, video: { ...video, input: '' } };
  return JSON.stringify(lasting(a)) === JSON.stringify(lasting(b));
}

/** Checks a rig read from a file; the error names the first field that is wrong and where it came from. */
export function parseRig(value: unknown, origin: string): Rig {
  const result = rigSchema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new ForesightError(`${origin}: ${issue.path.join('.') || 'rig'}: ${issue.message}`);
}
