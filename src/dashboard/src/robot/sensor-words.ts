import { fixed } from '../words/number.ts';

/** A ROS message as the API gives it: nested objects by field name. */
export type MessageValue = Record<string, unknown>;

/** Reads a field by its path ("linear_acceleration.x"), from nested objects or from a flat record of paths. */
export function field(value: MessageValue, path: string): unknown {
  if (path in value) {
    return value[path];
  }
  let part: unknown = value;
  for (const name of path.split('.')) {
    if (typeof part !== 'object' || part === null) {
      return undefined;
    }
    part = (part as MessageValue)[name];
  }
  return part;
}

type Summary = (value: MessageValue) => string;

const summaries: Record<string, Summary> = {
  Imu: (value) =>
    `acceleration ${vector(value, 'linear_acceleration', 2)} m/s² · ` +
    `turning ${vector(value, 'angular_velocity', 3)} rad/s`,
  BatteryState: (value) => {
    const share = number(value, 'percentage');
    const charge = share === null ? '' : ` · ${fixed(100 * share, 0)} %`;
    return `${fixed(number(value, 'voltage'), 2)} V · ${fixed(number(value, 'current'), 2)} A${charge}`;
  },
  LaserScan: (value) => {
    const ranges = numbers(field(value, 'ranges'));
    const valid = ranges.filter((range) => Number.isFinite(range) && range > 0);
    const nearest = valid.length === 0 ? 'nothing in range' : `nearest ${fixed(Math.min(...valid), 2)} m`;
    return `${nearest} · ${lengthOf(field(value, 'ranges'))} rays`;
  },
  Image: (value) =>
    [
      `${fixed(number(value, 'width'), 0)} × ${fixed(number(value, 'height'), 0)} px`,
      field(value, 'encoding') ?? '–',
    ].join(' · '),
  CompressedImage: (value) => `${field(value, 'format') ?? '–'} · ${lengthOf(field(value, 'data'))} bytes`,
  Odometry: (value) =>
    `at ${vector(value, 'pose.pose.position', 2)} m · moving ${vector(value, 'twist.twist.linear', 2)} m/s`,
  Temperature: (value) => `${fixed(number(value, 'temperature'), 1)} °C`,
  FluidPressure: (value) => `${fixed(number(value, 'fluid_pressure'), 0)} Pa`,
  RelativeHumidity: (value) => `${fixed(100 * (number(value, 'relative_humidity') ?? Number.NaN), 0)} %`,
  Range: (value) => `${fixed(number(value, 'range'), 3)} m`,
  NavSatFix: (value) =>
    `${fixed(number(value, 'latitude'), 6)}°, ${fixed(number(value, 'longitude'), 6)}°, ` +
    `${fixed(number(value, 'altitude'), 1)} m`,
  WrenchStamped: (value) =>
    `force ${vector(value, 'wrench.force', 1)} N · torque ${vector(value, 'wrench.torque', 2)} N·m`,
  MagneticField: (value) => `${vector(value, 'magnetic_field', 6)} T`,
  TwistStamped: (value) =>
    `moving ${vector(value, 'twist.linear', 2)} m/s · turning ${vector(value, 'twist.angular', 2)} rad/s`,
  PoseStamped: (value) => `at ${vector(value, 'pose.position', 3)} m`,
  DiagnosticArray: diagnostics,
  TFMessage: transforms,
  Float64MultiArray: row,
  Float32MultiArray: row,
};

/** One line that says what a sensor message holds, with units where the ROS type fixes them. */
export function sensorWords(type: string, value: MessageValue | null): string {
  if (value === null) {
    return 'no message yet';
  }
  const summary = summaries[type.slice(type.lastIndexOf('/') + 1)];
  return summary ? summary(value) : leaves(value, 4).join(' · ') || 'no numbers';
}

const levels = ['ok', 'warning', 'error', 'stale'];

function diagnostics(value: MessageValue): string {
  const statuses = field(value, 'status');
  if (!Array.isArray(statuses)) {
    return '–';
  }
  const worst = statuses.reduce<number>((level, status) => Math.max(level, Number(status?.level ?? 0)), 0);
  const loud = statuses.find((status) => Number(status?.level ?? 0) === worst);
  const reason = worst > 0 && loud ? `: ${loud.name} ${loud.message}` : '';
  return `${numberOf(value, 'status')} statuses, worst ${levels[worst] ?? worst}${reason}`;
}

function transforms(value: MessageValue): string {
  const kept = field(value, 'transforms');
  const names = Array.isArray(kept) ? kept.map((one) => `${one?.header?.frame_id} → ${one?.child_frame_id}`) : [];
  const more = numberOf(value, 'transforms') - 3;
  return names.length === 0 ? '–' : names.slice(0, 3).join(' · ') + (more > 0 ? ` · ${more} more` : '');
}

/** The first values of an array that names no unit, to about three digits. */
function row(value: MessageValue): string {
  const all = numbers(field(value, 'data'));
  const shown = all.slice(0, 8).map((item) => fixed(item, Math.abs(item) >= 100 ? 0 : Math.abs(item) >= 10 ? 1 : 3));
  return all.length === 0 ? 'no numbers' : shown.join('  ') + (all.length > 8 ? ` … of ${all.length}` : '');
}

/** Elements of an array in the message: beside an array that was kept in part, their number stands by itself. */
function numberOf(value: MessageValue, path: string): number {
  const kept = field(value, path);
  return number(value, `${path}[]`) ?? (Array.isArray(kept) ? kept.length : 0);
}

/** The first few numbers and texts of a message that we have no words for, with their paths. */
function leaves(value: MessageValue, most: number, prefix = ''): string[] {
  const found: string[] = [];
  for (const [name, part] of Object.entries(value)) {
    if (found.length >= most) {
      break;
    }
    if (name === 'header' || name.startsWith('header.')) {
      continue;
    }
    if (typeof part === 'number') {
      found.push(`${prefix}${name} ${fixed(part, Number.isInteger(part) ? 0 : 3)}`);
    } else if (typeof part === 'string' || typeof part === 'boolean') {
      found.push(`${prefix}${name} ${part}`);
    } else if (Array.isArray(part)) {
      found.push(`${prefix}${name} [${part.length}]`);
    } else if (typeof part === 'object' && part !== null) {
      found.push(...leaves(part as MessageValue, most - found.length, `${prefix}${name}.`));
    }
  }
  return found;
}

function number(value: MessageValue, path: string): number | null {
  const found = field(value, path);
  return typeof found === 'number' ? found : null;
}

function vector(value: MessageValue, path: string, digits: number): string {
  return ['x', 'y', 'z'].map((axis) => fixed(number(value, `${path}.${axis}`), digits)).join('  ');
}

function numbers(found: unknown): number[] {
  return Array.isArray(found) ? found.filter((item): item is number => typeof item === 'number') : [];
}

// A byte array comes as its length and a reference to the message.
function lengthOf(found: unknown): string {
  const length = (found as { length?: unknown } | null | undefined)?.length;
  return typeof length === 'number' ? String(length) : '–';
}
