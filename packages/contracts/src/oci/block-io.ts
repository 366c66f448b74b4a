import { array } from '../describe/collections.js';
import { count, uint16 } from '../describe/scalars.js';
import { type Infer, object, optional } from '../describe/shape.js';
import { majorShape, minorShape } from './devices.js';

const device = { major: majorShape, minor: minorShape };

export const blockWeightShape = object({
  ...device,
  /** 10 to 1000; 0 leaves it alone. */
  weight: optional(uint16),
  /** Gone from the kernel since 5.0. */
  leafWeight: optional(uint16),
});

export const throttleShape = object({
  ...device,
  /** Bytes or operations a second; 0 is unlimited. */
  rate: count,
});

const throttles = optional(array(throttleShape));

/** config-linux.md, block IO. */
export const blockIoShape = object({
  /** 10 to 1000; 0 leaves it alone. */
  weight: optional(uint16),
  leafWeight: optional(uint16),
  weightDevice: optional(array(blockWeightShape)),
  throttleReadBpsDevice: throttles,
  throttleWriteBpsDevice: throttles,
  throttleReadIOPSDevice: throttles,
  throttleWriteIOPSDevice: throttles,
});

export interface BlockIoResources extends Infer<typeof blockIoShape> {}
export interface BlockWeight extends Infer<typeof blockWeightShape> {}
export interface ThrottleDevice extends Infer<typeof throttleShape> {}
export type BlockDevice = Pick<ThrottleDevice, 'major' | 'minor'>;
