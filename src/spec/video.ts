/** What a real camera films, as a rig describes it: which input of ffmpeg, which part of it, at what exposure. */
import { z } from 'zod';

/** `user:password@` of an address, the password in the open. */
const OPEN_PASSWORD = /:\/\/[^/@:]*:(?!\$\{)[^/@]+@/;

export const videoSchema = z
  .strictObject({
    /**
     * /dev/video0 (or v4l2:/dev/video0), avfoundation:0, dshow:video=NAME, an address (rtsp://, http://, tcp://, ...), a
     * file, or lavfi:GRAPH. `${NAME}` stands for that environment variable.
     */
    input: z
      .string()
      .min(1)
      .refine((input) => !OPEN_PASSWORD.test(input), {
        error:
          'a password here would be recorded with every episode: write ${CAMERA_PASSWORD} and set that variable in the environment',
      }),
    /** ffmpeg's options for this input, as in {"video_size": "640x480", "framerate": "30"}. */
    options: z
      .record(z.string().regex(/^[A-Za-z][\w:]*$/), z.string())
      .readonly()
      .default({}),
    /** The part that is kept, in the camera's own pixels; without it the largest middle part of the frame's shape. */
    crop: z
      .strictObject({
        top: z.number().int().nonnegative(),
        left: z.number().int().nonnegative(),
        height: z.number().int().positive(),
        width: z.number().int().positive(),
      })
      .readonly()
      .optional(),
    /**
     * 'locked' holds exposure, white balance and focus at what the automatics have found, where the device allows it; or
     * values by the device's own names for its controls; 'auto' lets it adapt.
     */
    exposure: z
      .union([z.enum(['auto', 'locked']), z.record(z.string().regex(/^\w+$/), z.number().int()).readonly()])
      .default('locked'),
    /** How old a picture is when it arrives, ms, as `foresight cameras --latency` measures it. */
    latencyMs: z.number().nonnegative().default(0),
  })
  .readonly();

export type Video = z.infer<typeof videoSchema>;

/** A part of a picture, pixels. */
export type Part = NonNullable<Video['crop']>;

/** `TOP,LEFT,HEIGHT,WIDTH`, pixels; null for anything else. */
export function parsePart(text: string): Part | null {
  const match = /^\s*(\d+)\s*,\s*(\d+)\s*,\s*([1-9]\d*)\s*,\s*([1-9]\d*)\s*$/.exec(text);
  if (match === null) return null;
  const [top, left, height, width] = match.slice(1).map(Number);
  return { top, left, height, width };
}
