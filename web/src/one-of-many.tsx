/** A window onto one frame of a picture that holds many of one size, side by side. */
interface OneOfManyProps {
  readonly src: string;
  readonly alt: string;
  /** How many there are, and which of them is seen. */
  readonly count: number;
  readonly at?: number;
  /** Width over height of one of them. */
  readonly aspect: number;
  /** Shows them one after the other, by itself. */
  readonly moving?: boolean;
  readonly lazy?: boolean;
}

const FRAMES_A_SECOND = 6;

export function OneOfMany({ src, alt, count, at = 0, aspect, moving = false, lazy = false }: OneOfManyProps) {
  const motion = moving
    ? { animationTimingFunction: `steps(${count})`, animationDuration: `${count / FRAMES_A_SECOND}s` }
    : { transform: `translateX(${(-100 * at) / count}%)` };
  return (
    <div class="one-of-many" style={{ aspectRatio: `${aspect}` }}>
      <img
        class={moving ? 'moving' : undefined}
        src={src}
        alt={alt}
        loading={lazy ? 'lazy' : 'eager'}
        style={{ width: `${100 * count}%`, ...motion }}
      />
    </div>
  );
}
