/**
 * The tabletop world as one MuJoCo model (MJCF), written from the arm's chain, the table's measures and the
 * objects, and the list of what every geom is, in MuJoCo's order.
 */
import type { Vector3 } from '../spec/action.ts';
import type { ArmChain, Capsule } from '../spec/kinematics.ts';
import type { Look } from './look.ts';
import type { PlacedObject } from './objects.ts';
import { partVolume, type Part, type Rgb } from './parts.ts';
import { FLOOR_Z, TABLE } from './table.ts';

/** Physics step: stable with these masses and gains, and 125 to a control step. */
export const TIMESTEP_S = 0.004;

/** What a geom belongs to. */
export type Owner = 'floor' | 'table' | 'rim' | 'arm' | number;

/** One geom of the model: the solid, and whose it is (a number is an object's index). */
export interface SceneGeom {
  readonly part: Part;
  readonly owner: Owner;
}

export interface Scene {
  readonly mjcf: string;
  /** Geoms in MuJoCo's order; geom 0 is the floor. */
  readonly geoms: readonly SceneGeom[];
  /** MuJoCo body ids of the arm's links and of the objects. */
  readonly linkBodies: readonly number[];
  readonly objectBodies: readonly number[];
}

/**
 * Who collides with whom: table and arm meet objects, objects meet each other, the arm passes through the
 * table and itself (the workspace keeps it away from both).
 */
const COLLISION = {
  still: 'contype="1" conaffinity="0"',
  arm: 'contype="2" conaffinity="0"',
  object: 'contype="1" conaffinity="3"',
  none: 'contype="0" conaffinity="0"',
} as const;

/** Position servos stiff enough to be within 2 mm at the end of a control step; torque as an STS3215 has it. */
const SERVO = { stiffness: 120, damping: 4, armature: 0.02, torqueNm: 3 } as const;
const ARM_CAPSULE_KG = 0.06;

/** The model of one scene. The objects' `friction` holds against the table and the arm alike. */
export function buildScene(arm: ArmChain, objects: readonly PlacedObject[], look: Look): Scene {
  const geoms: SceneGeom[] = [];
  const geom = (part: Part, owner: Owner, attributes: string): string => {
    geoms.push({ part, owner });
    return `<geom ${geomShape(part)} ${attributes}/>`;
  };
  const still = tableParts(look).map(({ part, owner }) =>
    geom(part, owner, `${COLLISION.still} friction="0.1 0.005 0.0001"`),
  );

  const armGeom = (colours: readonly Rgb[]) => (capsule: Capsule, i: number) =>
    geom(
      { kind: 'capsule', ...capsule, colour: colours[i] },
      'arm',
      `${COLLISION.arm} mass="${ARM_CAPSULE_KG}" friction="0.3 0.005 0.0001"`,
    );
  const bases = arm.baseCapsules.map(armGeom(look.arm[0]));
  const linkStarts = arm.links.map((link, i) => {
    const [low, high] = link.limitsRad;
    return (
      `<body name="${link.name}" pos="${link.origin.join(' ')}" gravcomp="1">` +
      `<joint name="${link.name}" axis="${link.axis.join(' ')}" range="${low} ${high}" armature="${SERVO.armature}"/>` +
      link.capsules.map(armGeom(look.arm[i + 1])).join('')
    );
  });
  const armBody =
    `<body name="base" pos="${arm.base.join(' ')}" euler="0 0 ${arm.baseYawRad}">${bases.join('')}` +
    `${linkStarts.join('')}<site name="tip" pos="${arm.tip.join(' ')}"/>${'</body>'.repeat(arm.links.length + 1)}`;

  const objectBodies = objects.map((object, i) => {
    const solids = object.parts.filter((part) => part.decoration !== true);
    const volume = solids.reduce((sum, part) => sum + partVolume(part), 0);
    const parts = object.parts.map((part) => {
      const mass = (object.massKg * partVolume(part)) / volume;
      return geom(
        part,
        i,
        part.decoration === true
          ? `${COLLISION.none} mass="0"`
          : `${COLLISION.object} mass="${mass}" friction="${object.friction} 0.005 0.0001"`,
      );
    });
    return (
      `<body name="object${i}" pos="${object.x} ${object.y} 0.0005" euler="0 0 ${object.yawRad}">` +
      `<freejoint/>${parts.join('')}</body>`
    );
  });

  const servos = arm.links.map(
    ({ name }) =>
      `<position joint="${name}" kp="${SERVO.stiffness}" kv="${SERVO.damping}" ` +
      `forcerange="-${SERVO.torqueNm} ${SERVO.torqueNm}"/>`,
  );
  const mjcf = `<mujoco model="tabletop">
<compiler angle="radian" autolimits="true"/>
<option timestep="${TIMESTEP_S}" integrator="implicitfast" iterations="20"/>
<worldbody>
${still.join('\n')}
${armBody}
${objectBodies.join('\n')}
</worldbody>
<actuator>
${servos.join('\n')}
</actuator>
</mujoco>`;
  // Body 0 is the world, body 1 the arm's base.
  const linkBodies = arm.links.map((_, i) => 2 + i);
  return { mjcf, geoms, linkBodies, objectBodies: objects.map((_, i) => 2 + arm.links.length + i) };
}

/** Floor, table top and the four bars of the rim, in the table's frame. */
function tableParts(look: Look): SceneGeom[] {
  const { halfWidth: w, halfDepth: d, rimWidth: r, rimHeight: h, thickness } = TABLE;
  const solid = (owner: Owner, colour: Rgb, low: Vector3, high: Vector3): SceneGeom => ({
    owner,
    part: {
      kind: 'box',
      centre: low.map((v, k) => (v + high[k]) / 2) as unknown as Vector3,
      half: low.map((v, k) => (high[k] - v) / 2) as unknown as Vector3,
      colour,
    },
  });
  return [
    solid('floor', look.floor, [-2, -2, FLOOR_Z - 0.1], [2, 2, FLOOR_Z]),
    solid('table', look.table, [-w, -d, -thickness], [w, d, 0]),
    solid('rim', look.rim, [-w - r, -d - r, -thickness], [-w, d + r, h]),
    solid('rim', look.rim, [w, -d - r, -thickness], [w + r, d + r, h]),
    solid('rim', look.rim, [-w, -d - r, -thickness], [w, -d, h]),
    solid('rim', look.rim, [-w, d, -thickness], [w, d + r, h]),
  ];
}

function geomShape(part: Part): string {
  switch (part.kind) {
    case 'box':
      return `type="box" pos="${part.centre.join(' ')}" size="${part.half.join(' ')}" euler="0 0 ${part.yawRad ?? 0}"`;
    case 'cylinder':
      return `type="cylinder" pos="${part.centre.join(' ')}" size="${part.radius} ${part.halfHeight}"`;
    case 'capsule':
      return `type="capsule" fromto="${part.from.join(' ')} ${part.to.join(' ')}" size="${part.radius}"`;
    case 'sphere':
      return `type="sphere" pos="${part.centre.join(' ')}" size="${part.radius}"`;
  }
}
