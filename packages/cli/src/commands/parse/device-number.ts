/** The two halves of a `dev_t` in glibc's encoding, see makedev(3); it may be beyond 32 bits. */
export function splitDeviceNumber(device: number | bigint): { major: number; minor: number } {
  const bits = BigInt(device);
  return {
    major: Number(((bits >> 8n) & 0xfffn) | ((bits >> 32n) & 0xfffff000n)),
    minor: Number((bits & 0xffn) | ((bits >> 12n) & 0xffffff00n)),
  };
}
